// Lists the variables of a person that git is given: what credential helpers, ssh, proxies and certificate stores need.

export const GIT_VARIABLES = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'SHELL'],
  // Credential helpers and key agents.
  ...[
    'XDG_CONFIG_HOME',
    'XDG_CACHE_HOME',
    'XDG_DATA_HOME',
    'XDG_RUNTIME_DIR',
    'XDG_STATE_HOME',
    'XDG_CONFIG_DIRS',
    'XDG_DATA_DIRS',
  ],
  ...[
    'DBUS_SESSION_BUS_ADDRESS',
    'SSH_AUTH_SOCK',
    'GNUPGHOME',
    'PASSWORD_STORE_DIR',
    'GH_CONFIG_DIR',
    'KRB5CCNAME',
    'KRB5_CONFIG',
  ],
  // Proxies and certificates.
  ...['http_proxy', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'GIT_SSL_CERT', 'GIT_SSL_KEY'],
  ...['GIT_SSL_NO_VERIFY', 'GIT_PROXY_SSL_CAINFO', 'GIT_SSH', 'GIT_SSH_VARIANT'],
  // Windows cannot start programs or find profiles without these.
  ...['SYSTEMROOT', 'SystemRoot', 'WINDIR', 'COMSPEC', 'PATHEXT', 'TEMP', 'TMP', 'APPDATA', 'LOCALAPPDATA', 'USERPROFILE'],
  ...['HOMEDRIVE', 'HOMEPATH', 'PROGRAMDATA', 'ProgramData', 'ProgramFiles'],
  // Writes to a file that the person names, never to what is parsed: how to watch what coord asks of git.
  'GIT_TRACE2_EVENT',
];

// The text of a launchd agent that keeps coord going.
import { MARK_PLACE, withMark } from './hand-mark.ts';
import { mustBeSayable, type ServicePlan } from './service-plan.ts';

/** Before it is started again after a failure. */
const PAUSE_S = 30;

/** `log`: where what it prints is kept, which nobody shortens: of what has a log of its own, only its errors. Throws USAGE for what a plist cannot say. */
export function launchdPlist({ name, node, main, root, env, words: asked, ownLog }: ServicePlan, log: string): string {
  const words = [node, main, '--dir', root, ...asked];
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    `<!-- Written by coord service install, which leaves this file alone once it was changed by hand. ${MARK_PLACE} -->`,
    '<plist version="1.0">',
    '<dict>',
    '  <key>Label</key>',
    `  ${string(name)}`,
    '  <key>ProgramArguments</key>',
    '  <array>',
    ...words.map((word) => `    ${string(word)}`),
    '  </array>',
    '  <key>EnvironmentVariables</key>',
    '  <dict>',
    ...Object.entries(env).flatMap(([variable, value]) => [`    <key>${escaped(variable)}</key>`, `    ${string(value)}`]),
    '  </dict>',
    '  <key>RunAtLoad</key>',
    '  <true/>',
    '  <key>KeepAlive</key>',
    '  <dict>',
    '    <key>SuccessfulExit</key>',
    '    <false/>',
    '  </dict>',
    '  <key>ThrottleInterval</key>',
    `  <integer>${PAUSE_S}</integer>`,
    '  <!-- Runs have watchdogs of their own and go on without coord: only coord itself is stopped. -->',
    '  <key>AbandonProcessGroup</key>',
    '  <true/>',
    '  <key>StandardOutPath</key>',
    `  ${string(ownLog === null ? log : '/dev/null')}`,
    '  <key>StandardErrorPath</key>',
    `  ${string(log)}`,
    '</dict>',
    '</plist>',
    '',
  ];
  return withMark(lines.join('\n'));
}

function string(text: string): string {
  return `<string>${escaped(text)}</string>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escaped(text: string): string {
  return mustBeSayable('a path', text).replaceAll(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign);
}

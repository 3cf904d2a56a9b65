/** What installs this coord, in a clone of it. Only what was packed now: older packages may lie beside it. */
export const INSTALL = 'npm run install:global';

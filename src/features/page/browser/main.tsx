// The browser page of a fleet: where it begins.
import { render } from 'preact';
import { App } from './app.tsx';
import { startDevice } from './device.ts';
import { access, enter, takeLogin } from './session.ts';
import { load, start } from './store.ts';

addEventListener('hashchange', () => {
  // A new ticket came to a page that is open already.
  if (location.hash.startsWith('#ticket=')) location.reload();
});
addEventListener('storage', () => {
  const wasOut = access.value === 'out';
  if (takeLogin() && wasOut) location.reload();
});
startDevice();
await enter();
const place = document.getElementById('app');
if (place !== null) render(<App />, place);
if (access.value === 'in') {
  load();
  start();
}

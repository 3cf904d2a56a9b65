// The frame of the page: where one is, what is wrong with what is shown, and the room.
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { bannersOf } from '../rules/needs.ts';
import { isDeaf } from '../rules/snapshot.ts';
import { missedAct } from './acts/wanted.ts';
import { openWindow, useKeys } from './keys.ts';
import { Windows } from './palette/palette.tsx';
import { lazy } from './parts/lazy.tsx';
import { Ago, Command, Said } from './parts/parts.tsx';
import { Chat } from './rooms/chat.tsx';
import { Fleet } from './rooms/fleet.tsx';
import { Needs } from './rooms/needs.tsx';
import { Orders } from './rooms/orders.tsx';
import { Run } from './rooms/run.tsx';
import { addressOf, ROOMS, type RoomName, route, TITLES } from './route.ts';
import { access, device, isReadOnly, refusal } from './session.ts';
import { hasMail, heardMs, isOld, isReplaced, link, loadTrouble, needsCount, snapshot, unreadCount } from './store.ts';

const Network = lazy(() => import('./rooms/network.tsx').then((it) => it.Network));
const Timeline = lazy(() => import('./rooms/timeline.tsx').then((it) => it.Timeline));
const Health = lazy(() => import('./rooms/health.tsx').then((it) => it.Health));

const COUNTS: Partial<Readonly<Record<RoomName, () => number>>> = {
  needs: () => needsCount.value,
  chat: () => unreadCount.value,
};

export function App() {
  useKeys();
  if (access.value === 'out') return <Locked />;
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        To the content
      </button>
      <Header />
      <Banners />
      <Main />
      <Windows />
    </>
  );
}

function Locked() {
  return (
    <main class="locked" id="main">
      <h1>coord</h1>
      {refusal.value !== '' && <p role="alert">{refusal.value}.</p>}
      {location.protocol === 'https:' ? (
        <>
          <p>This device has no access to the fleet. Type on the computer that serves it, in the folder of the fleet:</p>
          <Command text={'coord dash --for "my phone"'} />
        </>
      ) : (
        <>
          <p>This browser has no access to the fleet. Type in its folder:</p>
          <Command text="coord dash" />
        </>
      )}
    </main>
  );
}

function Header() {
  const shown = snapshot.value;
  return (
    <header class="top">
      <p class="brand">
        <img src="/dashboard/icon.svg" alt="" width="24" height="24" />
        {shown !== null && <Said text={shown.self.fleet ?? 'coord'} />}
        {shown !== null && (
          <span class="here">
            <Said text={`seen from ${shown.self.machine} ${shown.self.name}`} />
            {device.value !== '' && (
              <>
                {' · '}
                <Said text={device.value} />
              </>
            )}
            {isReadOnly.value && ' · read only'}
          </span>
        )}
      </p>
      <nav aria-label="Rooms">
        {ROOMS.map((room) => (
          <Tab key={room} room={room} />
        ))}
      </nav>
      <p class="link" role="status">
        <span class={`pulse ${link.value}`} aria-hidden="true" />
        {link.value === 'live' ? 'live' : link.value === 'asking' ? 'every 5 s' : 'no answer'}
      </p>
      <button type="button" class="quiet" aria-label="Keys and settings" onClick={() => (openWindow.value = 'keys')}>
        ?
      </button>
    </header>
  );
}

function Tab({ room }: { readonly room: RoomName }) {
  const count = COUNTS[room]?.() ?? 0;
  return (
    <a href={addressOf(room)} aria-current={route.value.room === room ? 'page' : undefined}>
      {TITLES[room]}
      {count > 0 && <span class="count">{count}</span>}
    </a>
  );
}

function Banners() {
  const shown = snapshot.value;
  const silent = isOld.value;
  const since = shown?.sync.unsyncedSince ?? null;
  return (
    <div class="banners">
      {silent && (
        <p role="alert">
          coord on this computer was last heard <Ago at={new Date(heardMs.value).toISOString()} />: what is shown is as old.{' '}
          <Command text="coord daemon start" />
        </p>
      )}
      {missedAct.value !== '' && (
        <p role="alert">
          Nothing was done: there is no button for it any more. <Command text={missedAct.value} />
        </p>
      )}
      {isReplaced.value && (
        <p role="status">
          coord here is another version by now.{' '}
          <button type="button" onClick={() => location.reload()}>
            Load the page again
          </button>
        </p>
      )}
      {!silent && loadTrouble.value !== '' && shown === null && <p role="alert">{loadTrouble.value}</p>}
      {(shown === null ? [] : bannersOf(shown)).map(({ words, command }) => (
        <p role="alert" key={words}>
          <Said text={words} /> {command !== undefined && <Command text={command} />}
        </p>
      ))}
      {shown !== null && since !== null && (
        <p role="alert">
          {isDeaf(shown.sync) ? (
            <>
              What other machines do is not shown; that began <Ago at={since} />.
            </>
          ) : (
            <>
              What this machine says does not arrive; that began <Ago at={since} />. What other machines do is shown.
            </>
          )}
          {shown.sync.trouble !== null && (
            <span class="why">
              <Said text={shown.sync.trouble.message} />
            </span>
          )}
        </p>
      )}
    </div>
  );
}

function Main() {
  const { room, thing } = route.value;
  useEffect(() => {
    document.title = `${needsCount.value > 0 ? `(${needsCount.value}) ` : ''}${thing === '' ? TITLES[room] : thing} · coord`;
  });
  // Another room begins at its top, unless it scrolls to the thing that is looked for: that comes after this.
  useLayoutEffect(() => scrollTo(0, 0), [room, thing]);
  return (
    <main id="main" tabIndex={-1}>
      {snapshot.value === null || (room === 'chat' && !hasMail.value) ? <Waiting /> : <Room room={room} thing={thing} />}
    </main>
  );
}

function Waiting() {
  return (
    <>
      <h1>coord</h1>
      <p class="empty">Asking coord on this computer.</p>
    </>
  );
}

function Room({ room, thing }: { readonly room: RoomName; readonly thing: string }) {
  if (room === 'fleet') return <Fleet thing={thing} />;
  if (room === 'chat') return <Chat thing={thing} />;
  if (room === 'network') return <Network />;
  if (room === 'timeline') return <Timeline key={thing} machine={thing} />;
  if (room === 'health') return <Health />;
  if (room === 'orders') return thing === '' ? <Orders /> : <Run key={thing} id={thing} />;
  return <Needs />;
}

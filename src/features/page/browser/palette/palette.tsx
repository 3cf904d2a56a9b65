// The palette: goes to a room, a machine or an order by its name, or does what can be done here. And the window of keys and settings.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { numberedName } from '../../../../core/model/machines/machine-label.ts';
import { actsAt, type Entry, moved, offered } from '../../rules/palette.ts';
import type { Snapshot } from '../../rules/snapshot.ts';
import { LABELS } from '../acts/acts.tsx';
import { want } from '../acts/wanted.ts';
import { notifies, notify, THEMES, theme } from '../device.ts';
import { KEYS, openWindow } from '../keys.ts';
import { lazy } from '../parts/lazy.tsx';
import { Fault, Said } from '../parts/parts.tsx';
import { addressOf, ROOMS, route, TITLES } from '../route.ts';
import { device, isReadOnly, leave } from '../session.ts';
import { snapshot } from '../store.ts';
import { useFound } from './found.ts';

const OwnPasskey = lazy(() => import('../rooms/passkeys/make-passkey.tsx').then((it) => it.OwnPasskey));

export function Windows() {
  if (openWindow.value === 'keys') return <Keys />;
  if (openWindow.value === 'palette' && snapshot.value !== null) return <Palette shown={snapshot.value} />;
  return null;
}

/** Gives the focus back to where it was, and is gone at once: the next key may open another one. */
function close(): void {
  document.querySelector('dialog')?.close();
  openWindow.value = null;
}

/** Esc and a press beside it close it. */
function Window({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  const window = useRef<HTMLDialogElement>(null);
  // Before the next frame: the letters that follow the key which opens it are typed into it.
  useLayoutEffect(() => {
    window.current?.showModal();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: by the keyboard it is Esc that closes it.
    <dialog ref={window} aria-label={label} onCancel={close} onClick={({ target }) => target === window.current && close()}>
      {children}
    </dialog>
  );
}

function Keys() {
  return (
    <Window label="Keys and settings">
      <h2>Keys and settings</h2>
      <dl class="facts">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <Settings />
      <button type="button" onClick={close}>
        Close
      </button>
    </Window>
  );
}

/** Of this browser alone. */
function Settings() {
  const [trouble, setTrouble] = useState<unknown>(null);
  return (
    <div class="form">
      <label>
        Colours{' '}
        <select
          value={theme.value}
          onChange={({ currentTarget }) => {
            theme.value = THEMES.find((one) => one === currentTarget.value) ?? 'system';
          }}
        >
          <option value="system">as the system has them</option>
          <option value="light">light</option>
          <option value="dark">dark</option>
        </select>
      </label>
      {notifies.value === 'no' ? (
        <p class="quietly">This browser shows no notifications of this page.</p>
      ) : (
        <label class="check">
          <input
            type="checkbox"
            checked={notifies.value === 'on'}
            onChange={({ currentTarget }) => notify(currentTarget.checked)}
          />
          Notify me of what needs me while this page is open and not seen
        </label>
      )}
      {!isReadOnly.value && <OwnPasskey />}
      {device.value !== '' && !isReadOnly.value && (
        <button type="button" onClick={() => leave().catch(setTrouble)}>
          Sign out <Said text={device.value} />
        </button>
      )}
      {trouble !== null && <Fault error={trouble} />}
    </div>
  );
}

function entriesOf(shown: Snapshot): readonly Entry[] {
  const { room, thing } = route.value;
  return [
    ...(isReadOnly.value ? [] : actsAt({ room, thing }, shown, ({ kind }) => LABELS[kind])),
    ...ROOMS.map((name): Entry => ({ key: `room ${name}`, kind: 'room', name: TITLES[name], more: '', to: addressOf(name) })),
    ...Object.entries(shown.machines).map(
      ([number, { name }]): Entry => ({
        ...{ key: `machine ${number}`, kind: 'machine', name: numberedName(number, name), more: '' },
        to: addressOf('fleet', number),
      }),
    ),
    ...Object.entries(shown.orders).map(
      ([id, { title = '' }]): Entry => ({
        ...{ key: `order ${id}`, kind: 'order', name: id, more: title },
        to: addressOf('orders', id),
      }),
    ),
  ];
}

function Palette({ shown }: { readonly shown: Snapshot }) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(-1);
  const named = offered(entriesOf(shown), typed);
  const elsewhere = useFound(typed, shown.self.machine, new Set(named.flatMap(({ to }) => (typeof to === 'string' ? [to] : []))));
  const found = [...named, ...elsewhere.entries];
  const choose = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    // First: behind an open window nothing takes the focus.
    close();
    if (typeof entry.to !== 'string') want(entry.to.act.command, entry.to.place);
    else {
      location.hash = entry.to;
      document.getElementById('main')?.focus();
    }
  };
  const press = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) setAt(moved(at, by, found.length));
    else if (event.key === 'Enter') choose(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Window label="Go to, or do">
      <input
        type="text"
        role="combobox"
        aria-label="Go to, or do"
        aria-expanded="true"
        aria-controls="offered"
        aria-activedescendant={at === -1 ? undefined : `offered-${at}`}
        autocomplete="off"
        spellcheck={false}
        placeholder="A room, a machine, an order, what to do, or any words"
        value={typed}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          // Nothing is chosen before something was typed: Enter alone does nothing.
          setAt(currentTarget.value.trim() === '' ? -1 : 0);
        }}
        onKeyDown={press}
      />
      <div id="offered" role="listbox" aria-label="What there is">
        {found.map((entry, place) => (
          <Offer key={entry.key} entry={entry} place={place} isMeant={place === at} choose={choose} />
        ))}
      </div>
      <p class="quietly" role="status">
        {found.length > 0 ? '↑ ↓ and Enter' : elsewhere.isBusy ? 'Looking.' : 'Nothing has these words.'}
      </p>
    </Window>
  );
}

interface OfferProps {
  readonly entry: Entry;
  readonly place: number;
  readonly isMeant: boolean;
  choose(entry: Entry): void;
}

function Offer({ entry, place, isMeant, choose }: OfferProps) {
  const { kind, name, more } = entry;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the field has the focus, and its keys choose.
    <div id={`offered-${place}`} role="option" aria-selected={isMeant} onClick={() => choose(entry)}>
      <span class="quietly">{kind === 'act' ? 'do' : kind}</span>
      <span>
        <Said text={name} />{' '}
        {more !== '' && (
          <span class="quietly">
            <Said text={more} />
          </span>
        )}
      </span>
    </div>
  );
}

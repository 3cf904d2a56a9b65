// Small things that every room shows: text of others, times, commands, and what is said where there is nothing.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { visibleText } from '../../../../documents/text/escape-text.ts';
import { ageWords } from '../../rules/age-words.ts';
import { linkParts } from '../../rules/web-links.ts';
import { Refused } from '../session.ts';
import { nowMs, snapshot } from '../store.ts';

/** What somebody else wrote: a text, with what hides in it made visible. */
export function Said({ text }: { readonly text: string }) {
  return <bdi>{visibleText(text)}</bdi>;
}

/** Machines to choose from, those that left only where they are wanted; the value is the number. */
export function MachineOptions({ withLeft = false }: { readonly withLeft?: boolean }) {
  const machines = Object.entries(snapshot.value?.machines ?? {}).filter(([, { state }]) => withLeft || state !== 'LEFT');
  return (
    <>
      {machines.map(([number, { name }]) => (
        <option key={number} value={number}>
          {number} {visibleText(name)}
        </option>
      ))}
    </>
  );
}

/** The same, where addresses are links. */
export function SaidWithLinks({ text }: { readonly text: string }) {
  return <bdi>{linkParts(visibleText(text)).map((part) => (part.isLink ? <WebLink url={part.text} /> : part.text))}</bdi>;
}

/** `url`: see isWebLink. */
export function WebLink({ url }: { readonly url: string }) {
  return (
    <a href={url} rel="noopener noreferrer nofollow" target="_blank">
      {url}
    </a>
  );
}

/** The exact time is behind it. */
export function Ago({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={at}>
      {ageWords(at, nowMs.value)}
    </time>
  );
}

/** The words for a terminal that do the same. */
export function Command({ text }: { readonly text: string }) {
  const [how, say] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      say('copied');
    } catch {
      // The browser has no clipboard for this page, or refuses it.
      say('could not be copied');
    }
  };
  return (
    <span class="command">
      <code>{visibleText(text)}</code>
      <button type="button" class="quiet" aria-label={how === '' ? `Copy ${text}` : `${how}: ${text}`} onClick={copy}>
        {how === '' ? 'copy' : how}
      </button>
    </span>
  );
}

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

export function Notice({ tone, children }: { readonly tone: 'bad' | 'warn' | 'good'; readonly children: ComponentChildren }) {
  return (
    <p class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </p>
  );
}

/** What is wrong, in the words of the local API, and what helps. */
export function Fault({ error }: { readonly error: unknown }) {
  const { message } = error instanceof Error ? error : new Error(String(error));
  return (
    <Notice tone="bad">
      <Said text={message} />
      {error instanceof Refused && error.hint !== null && (
        <>
          {' '}
          <Command text={error.hint} />
        </>
      )}
    </Notice>
  );
}

/** A name and what there is of it; nothing where there is nothing. */
export function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  if (children === null || children === undefined || children === false) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Part({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section aria-label={title}>
      <h2 class="over">{title}</h2>
      {children}
    </section>
  );
}

/** At phone width each row is a card of its own. */
export function Table({
  heads,
  kind = '',
  children,
}: {
  readonly heads: readonly string[];
  /** A class beside that of all tables. */
  readonly kind?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <table class={`list ${kind}`}>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

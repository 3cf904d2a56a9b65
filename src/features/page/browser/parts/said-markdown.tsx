// What others wrote in Markdown. What reads it comes with the first text that has any; until then, and where it cannot, the text stands as it
// was written.
import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { SaidWithLinks } from './parts.tsx';

interface BlocksProps {
  readonly text: string;
}

/** Null = it has not come yet. */
export const blocks = signal<ComponentType<BlocksProps> | null>(null);

const MAY_BE = /[*_`~[|#>]|^[ \t]*(?:[-+]|\d{1,9}[.)])[ \t]|^[ \t]{0,3}[=-]{2,}/m;
let isAsked = false;

export function SaidMarkdown({ text }: BlocksProps) {
  const isIt = MAY_BE.test(text);
  const Blocks = blocks.value;
  useEffect(() => {
    if (!isIt || isAsked) return;
    isAsked = true;
    import('./markdown-blocks.tsx').then(
      (it) => {
        blocks.value = it.Blocks;
      },
      () => {
        isAsked = false;
      },
    );
  }, [isIt]);
  return <div class="body">{isIt && Blocks !== null ? <Blocks text={text} /> : <AsWritten text={text} />}</div>;
}

function AsWritten({ text }: BlocksProps) {
  return (
    <p>
      <SaidWithLinks text={text} />
    </p>
  );
}

// Draws Markdown that others wrote. Its headings are none of the page's, its images are named and never loaded, and of an address all is seen.
import { useMemo } from 'preact/hooks';
import { type Block, type Item, markdownOf, type Span } from '../../documents/markdown.ts';
import { isWebLink } from '../../rules/web-links.ts';
import { SaidWithLinks, WebLink } from './parts.tsx';

/** One element a list, whose place is its name: none of them moves. */
function keyed<T>(all: readonly T[]): readonly (readonly [key: string, one: T])[] {
  return all.map((one, at) => [String(at), one] as const);
}

export function Blocks({ text }: { readonly text: string }) {
  const blocks = useMemo(() => markdownOf(text), [text]);
  if (blocks === null)
    return (
      <p>
        <SaidWithLinks text={text} />
      </p>
    );
  return <Several blocks={blocks} />;
}

function Several({ blocks }: { readonly blocks: readonly Block[] }) {
  return (
    <>
      {keyed(blocks).map(([key, block]) => (
        <One key={key} block={block} />
      ))}
    </>
  );
}

function One({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'text':
    case 'heading':
      return (
        <p class={block.kind === 'heading' ? 'heading' : undefined} dir="auto">
          <Spans spans={block.spans} />
        </p>
      );
    case 'code':
      return (
        <>
          {block.language !== '' && <p class="language">{block.language}</p>}
          <pre>{block.text}</pre>
        </>
      );
    case 'quote':
      return (
        <blockquote>
          <Several blocks={block.blocks} />
        </blockquote>
      );
    case 'list':
      return <List items={block.items} />;
    case 'table':
      return <Rows head={block.head} rows={block.rows} />;
    default:
      return <hr />;
  }
}

function List({ items }: { readonly items: readonly Item[] }) {
  const Tag = items[0]?.number == null ? 'ul' : 'ol';
  return (
    <Tag>
      {keyed(items).map(([key, { number, blocks }]) => (
        <li key={key} value={number ?? undefined}>
          <Several blocks={blocks} />
        </li>
      ))}
    </Tag>
  );
}

function Rows({ head, rows }: Pick<Block & { readonly kind: 'table' }, 'head' | 'rows'>) {
  return (
    <table>
      <thead>
        <tr>
          {keyed(head).map(([key, spans]) => (
            <th key={key} scope="col">
              <Spans spans={spans} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {keyed(rows).map(([key, cells]) => (
          <tr key={key}>
            {keyed(cells).map(([column, spans]) => (
              <td key={column}>
                <Spans spans={spans} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Spans({ spans }: { readonly spans: readonly Span[] }) {
  return (
    <>
      {keyed(spans).map(([key, span]) => (
        <Inline key={key} span={span} />
      ))}
    </>
  );
}

function Inline({ span }: { readonly span: Span }) {
  switch (span.kind) {
    case 'text':
      return <SaidWithLinks text={span.text} />;
    case 'code':
      return <code>{span.text}</code>;
    case 'link':
      return (
        <>
          <Spans spans={span.spans} />
          {span.spans.length > 0 && ' '}
          <WebLink url={span.url} />
          {span.title !== '' && ` “${span.title}”`}
        </>
      );
    case 'image':
      return (
        <span class="unloaded">
          picture, not loaded: {span.text} {isWebLink(span.address) ? <WebLink url={span.address} /> : span.address}
          {span.title !== '' && ` “${span.title}”`}
        </span>
      );
    default: {
      const Tag = span.kind;
      return (
        <Tag>
          <Spans spans={span.spans} />
        </Tag>
      );
    }
  }
}

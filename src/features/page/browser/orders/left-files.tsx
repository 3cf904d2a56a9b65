// The files that runs of an order left, each with a button that saves it. What the local API says of them, in a fleet that has such files.
import { useState } from 'preact/hooks';
import { shellWord } from '../../../../core/base/shell-word.ts';
import { sizeWords } from '../../../../core/base/size-words.ts';
import type { RunWithFiles, ShownArtifact } from '../../../../core/model/orders/left-files.ts';
import { useAskedAt } from '../acts/asked.ts';
import { Command, Fault, Part, Said, SaidWithLinks, Table } from '../parts/parts.tsx';
import { open, Refused } from '../session.ts';
import { snapshot } from '../store.ts';

/** Is asked anew as the order moves on: another run leaves others. */
export function LeftFiles({ id, mark }: { readonly id: string; readonly mark: string }) {
  const [trouble, setTrouble] = useState<unknown>(null);
  const path = `orders/${encodeURIComponent(id)}/artifacts`;
  const runs = useAskedAt<readonly RunWithFiles[]>(path, mark);
  if (runs === null || runs.length === 0) return null;
  const fetchOne = (machine: number, file: ShownArtifact) => {
    setTrouble(null);
    save(`${path}/${machine}/${file.sha256}`, file.name).catch(setTrouble);
  };
  return (
    <Part title="Files">
      {trouble !== null && <Fault error={trouble} />}
      <Table heads={['Name', 'Size', 'On', 'SHA-256', '']}>
        {runs.flatMap(({ machine, files }) =>
          files.map((file) => (
            <tr key={`${machine} ${file.name}`}>
              <td data-head="Name">
                <Said text={file.name} />
              </td>
              <td data-head="Size">{sizeWords(file.size)}</td>
              <td data-head="On">{machine}</td>
              <td data-head="SHA-256">
                <code title={file.sha256}>{file.sha256.slice(0, 12)}</code>
              </td>
              <td class="long">
                {file.where === 'expired' && 'expired '}
                {file.where === 'elsewhere' ? (
                  <Elsewhere id={id} machine={machine} at={file.at} />
                ) : (
                  <button
                    type="button"
                    class="quiet"
                    aria-label={`Download ${file.name}`}
                    onClick={() => fetchOne(machine, file)}
                  >
                    Download
                  </button>
                )}
              </td>
            </tr>
          )),
        )}
      </Table>
    </Part>
  );
}

/** Over the bell it comes to whoever types that. */
function Elsewhere({ id, machine, at }: { readonly id: string; readonly machine: number; readonly at: string | undefined }) {
  if (at !== undefined) return <SaidWithLinks text={at} />;
  return (
    <>
      only on machine {machine} {snapshot.value?.bell != null && <Command text={`coord artifacts ${shellWord(id)} --get`} />}
    </>
  );
}

/** The page has to show its key, which a link cannot. */
async function save(path: string, name: string): Promise<void> {
  const response = await open(path, new AbortController().signal);
  if (!response.ok) {
    const answer = (await response.json().catch(() => null)) as { error?: { message?: string; hint?: string | null } } | null;
    throw new Refused(
      response.status,
      answer?.error?.message ?? `the answer was ${response.status}`,
      answer?.error?.hint ?? null,
    );
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = name.split('/').at(-1) ?? 'file';
  link.click();
  // The browser has begun to save it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

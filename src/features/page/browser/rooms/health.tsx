// How the fleet is as a whole: numbers, what stands in the way, how this machine reaches the others, and what doctor finds.
import type { StatusFault } from '../../../../core/model/status/status.ts';
import { type Box, type HubAnswer, hubWords, type Health as Known, machineStates, placeOf } from '../../rules/health.ts';
import { entryOf, type Snapshot } from '../../rules/snapshot.ts';
import { useAsked } from '../acts/asked.ts';
import { Doctor } from '../doctor.tsx';
import { Ago, Command, Empty, Fact, Fault, Notice, Part, Said, Table } from '../parts/parts.tsx';
import { Mark, StateMark } from '../parts/states.tsx';
import { addressOf } from '../route.ts';
import { nowMs, snapshot } from '../store.ts';
import { Trust } from './trust.tsx';

const ASK_MS = 5_000;
const BOXES_MS = 15_000;

export function Health() {
  const { answer, trouble } = useAsked<Known>('page/health', ASK_MS);
  const shown = snapshot.value;
  if (shown === null) return null;
  return (
    <>
      <h1>Health</h1>
      {trouble !== null && <Fault error={trouble} />}
      {answer === null && trouble === null && <Empty>Asking coord on this computer.</Empty>}
      {answer !== null && (
        <>
          <Numbers health={answer} shown={shown} />
          <Stands health={answer} shown={shown} />
          <Faults health={answer} />
          <Syncing health={answer} shown={shown} />
          <Trust shown={shown} />
        </>
      )}
      <Doctor />
    </>
  );
}

function Numbers({ health: { summary }, shown }: { readonly health: Known; readonly shown: Snapshot }) {
  const orders = (state: string) => addressOf('orders', '', `state:${state}`);
  return (
    <>
      <ul class="numbers">
        <Figure count={`${summary.online} of ${summary.machines}`} of="machines online" to={addressOf('fleet')} />
        <Figure count={summary.inProgress} of="orders in progress" to={orders('in-progress')} />
        <Figure count={summary.assigned} of="orders assigned" to={orders('assigned')} />
        <Figure count={summary.queued} of="orders queued" to={orders('queued')} />
        <Figure count={summary.blocked} of="orders blocked" to={orders('blocked')} />
        <Figure count={summary.completed} of="orders completed" to={orders('completed')} />
        <Figure count={summary.failed} of="orders failed" to={orders('failed')} />
        <Figure count={summary.unread} of="messages unread" to={addressOf('chat')} />
      </ul>
      <p class="row marks">
        {machineStates(shown.machines).map(([state, count]) => (
          <span key={state}>
            {count} <StateMark state={state} />
          </span>
        ))}
      </p>
    </>
  );
}

function Figure({ count, of, to }: { readonly count: number | string; readonly of: string; readonly to: string }) {
  return (
    <li>
      <a href={to}>
        <strong>{count}</strong> {of}
      </a>
    </li>
  );
}

/** Nothing at all where all is well. */
function Stands({ health: { stands, edits, daemon }, shown }: { readonly health: Known; readonly shown: Snapshot }) {
  const { bell, alerts } = shown;
  const lines = [
    ...(daemon.trouble === null ? [] : [daemon.trouble]),
    ...(bell?.trouble == null ? [] : [`bell: ${bell.trouble}`]),
    ...(alerts?.faults ?? []).map((fault) => `alerts: ${fault}`),
    ...(alerts?.waiting ?? []).map(({ channel, count, error }) => `alerts: ${count} not delivered to ${channel}: ${error}`),
    ...edits.notTaken,
  ];
  if (stands.length + lines.length + edits.lost.length === 0) return null;
  return (
    <Part title="In the way">
      <ul class="cards">
        {stands.map(({ words, command }) => (
          <li key={words}>
            <Notice tone="warn">
              <Said text={words} /> {command !== null && <Command text={command} />}
            </Notice>
          </li>
        ))}
        {lines.map((line) => (
          <li key={line}>
            <Notice tone="warn">
              <Said text={line} />
            </Notice>
          </li>
        ))}
        {edits.lost.map(({ at, words }) => (
          <li key={`${at} ${words}`}>
            <Notice tone="warn">
              Not done, <Ago at={at} />: <Said text={words} />
            </Notice>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Faults({ health: { faults, leftOut } }: { readonly health: Known }) {
  const more = leftOut?.faults ?? 0;
  return (
    <Part title="Faults in documents">
      {faults.length === 0 ? (
        <p class="quietly">No document has a fault.</p>
      ) : (
        <Table heads={['Kind', 'Document, line, column', 'Expected and found']}>
          {faults.map((fault) => (
            <FaultRow key={`${placeOf(fault)} ${fault.message}`} fault={fault} />
          ))}
        </Table>
      )}
      {more > 0 && <p class="quietly">{more} more have no room here.</p>}
    </Part>
  );
}

function FaultRow({ fault }: { readonly fault: StatusFault }) {
  const isFault = fault.level === 'fault';
  return (
    <tr>
      <td>
        <Mark word={fault.level} shape={isFault ? 'cross' : 'alert'} tone={isFault ? 'bad' : 'warn'} />
      </td>
      <td class="long">
        <code>
          <Said text={placeOf(fault)} />
        </code>
      </td>
      <td class="long">
        <Said text={fault.message} />
      </td>
    </tr>
  );
}

function Syncing({ health, shown }: { readonly health: Known; readonly shown: Snapshot }) {
  const { daemon, pushes, edits } = health;
  const { lastMinute, perMinuteMax, heldUntil } = pushes;
  const budget = perMinuteMax === null ? '' : `, of ${perMinuteMax} pushes a minute for the whole fleet`;
  return (
    <Part title="This machine and the others">
      <div class="panel">
        <dl class="facts broad">
          <Fact name={daemon.trouble === null ? 'last sync' : 'last reached'}>
            {daemon.lastSync === null ? 'never' : <Ago at={daemon.lastSync} />}
          </Fact>
          <Fact name="next look">{daemon.nextLook !== null && <Ago at={daemon.nextLook} />}</Fact>
          <Fact name="daemon">
            {daemon.since !== null && (
              <>
                coord {daemon.version} since <Ago at={daemon.since} />, {daemon.syncs} {daemon.syncs === 1 ? 'sync' : 'syncs'}
              </>
            )}
          </Fact>
          <Fact name="pushes">
            {lastMinute} from here in the last minute{budget}
          </Fact>
          <Fact name="push waits">{heldUntil === null ? 'no' : <Ago at={heldUntil} />}</Fact>
          <Fact name="edits to send">
            {edits.waiting.length === 0 ? 'none' : <Said text={edits.waiting.join(', ')} />}
            {edits.why !== null && (
              <>
                ; they wait: <Said text={edits.why} />
              </>
            )}
          </Fact>
          <Fact name="may run here">
            <Said text={entryOf(shown.machines, String(shown.self.machine))?.allows.join(', ') || 'nothing'} />{' '}
            <Command text="coord allow" />
          </Fact>
          <Bell shown={shown} />
          <Hub />
          <Bus />
          <Fact name="remote">
            <Said text={shown.self.remote} />
          </Fact>
          <Fact name="history here">{bytesWords(health.historyBytes)}</Fact>
        </dl>
      </div>
    </Part>
  );
}

function bytesWords(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function Bell({ shown: { bell } }: { readonly shown: Snapshot }) {
  if (bell == null) return null;
  const { connectedSince, online, counts } = bell;
  return (
    <Fact name="bell">
      {connectedSince === null ? (
        'not connected'
      ) : (
        <>
          connected since <Ago at={connectedSince} />, {online.length} {online.length === 1 ? 'machine' : 'machines'} online now
          {counts !== undefined && `; rang ${counts.rung} ×, was rung ${counts.heard} ×, and looked for it ${counts.looks} ×`}
        </>
      )}
    </Fact>
  );
}

/** Nothing where no hub runs here. */
function Hub() {
  const { answer } = useAsked<HubAnswer>('hub', BOXES_MS);
  return <Fact name="hub">{answer === null ? null : hubWords(answer, new Date(nowMs.value).toISOString())}</Fact>;
}

/** Nothing where no program of this machine is known. */
function Bus() {
  const { answer } = useAsked<readonly Box[]>('bus', BOXES_MS);
  if (answer === null || answer.length === 0) return null;
  const waiting = answer.reduce((sum, box) => sum + box.waiting + box.handed, 0);
  return (
    <Fact name="bus">
      {answer.length} {answer.length === 1 ? 'box' : 'boxes'}, {waiting} {waiting === 1 ? 'message' : 'messages'} not taken
    </Fact>
  );
}

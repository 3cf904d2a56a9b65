// Who has heard whom, and how long ago: as a table, and above it a picture of the same.

import { cutText } from '../../../../core/base/cut-text.ts';
import { numberedName } from '../../../../core/model/machines/machine-label.ts';
import { visibleText } from '../../../../documents/text/escape-text.ts';
import { ageWords, paceWords } from '../../rules/age-words.ts';
import { BOX, type Neighbour, neighboursOf, PICTURED_MAX, type Picture, type Point, pictureOf } from '../../rules/network.ts';
import type { Snapshot } from '../../rules/snapshot.ts';
import { Flights } from '../drawings/flights.tsx';
import { Ago, Said, Table } from '../parts/parts.tsx';
import { lookOf, Mark, StateMark } from '../parts/states.tsx';
import { addressOf } from '../route.ts';
import { nowMs, snapshot } from '../store.ts';

export function Network() {
  const shown = snapshot.value;
  if (shown === null) return null;
  const all = neighboursOf(shown);
  return (
    <>
      <h1>Network</h1>
      <p class="sum">
        What {shown.self.machine} <Said text={shown.self.name} /> has heard of the others, by the hub
        {shown.bell == null ? '' : ' and over the bell'}.
      </p>
      {all.length <= PICTURED_MAX && <Drawing all={all} shown={shown} picture={pictureOf(all.length, shown.bell != null)} />}
      <List all={all} hasBell={shown.bell != null} />
    </>
  );
}

function List({ all, hasBell }: { readonly all: readonly Neighbour[]; readonly hasBell: boolean }) {
  const heads = ['Machine', 'State', 'Heard here', 'By its own clock', 'Heartbeat', ...(hasBell ? ['Bell'] : [])];
  return (
    <Table heads={heads} kind="named">
      {all.map(({ number, name, state, isSelf, heard, told, heartbeat, isOnline }) => (
        <tr key={number}>
          <td>
            <a href={addressOf('fleet', String(number))}>
              {number} <Said text={name} />
            </a>
          </td>
          <td>
            <StateMark state={state} />
          </td>
          <td data-head="heard here">
            {isSelf && 'this machine; it reached the hub '}
            {heard === null ? 'never' : <Ago at={heard} />}
          </td>
          <td data-head="by its own clock">
            <Ago at={told} />
          </td>
          <td data-head="heartbeat">
            every <Said text={paceWords(heartbeat)} />
          </td>
          {isOnline !== null && (
            <td data-head="bell">
              <Online isOnline={isOnline} />
            </td>
          )}
        </tr>
      ))}
    </Table>
  );
}

function Online({ isOnline }: { readonly isOnline: boolean }) {
  return isOnline ? <Mark word="online now" shape="tick" tone="good" /> : <Mark word="not heard" shape="dash" tone="off" />;
}

interface DrawingProps {
  readonly all: readonly Neighbour[];
  readonly shown: Snapshot;
  readonly picture: Picture;
}

/** All of it stands in the table too, which is what is read aloud and what a phone shows. */
function Drawing({ all, shown, picture }: DrawingProps) {
  const { width, height, hub, broker, places } = picture;
  const { bell, sync, lastSync } = shown;
  const isReached = sync.unsyncedSince === null;
  return (
    <svg class="picture" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
      {all.map((one, at) => {
        const place = places[at] ?? hub;
        return (
          <g key={one.number}>
            <Wire from={place} to={hub} kind={one.state === 'OFFLINE' || (one.isSelf && !isReached) ? 'broken' : 'heard'} />
            {one.isOnline === true && <Wire from={place} to={broker} kind="bell" />}
          </g>
        );
      })}
      <Box at={hub} name="hub" words={lastSync === null ? 'never reached' : `reached ${ageWords(lastSync, nowMs.value)}`} />
      {bell != null && <Box at={broker} name="broker" words={bell.connectedSince === null ? 'not connected' : 'connected'} />}
      <Flights shown={shown} hub={hub} placeOf={(machine) => places[all.findIndex(({ number }) => number === machine)]} />
      {all.map((one, at) => (
        <Machine key={one.number} one={one} at={places[at] ?? hub} />
      ))}
    </svg>
  );
}

/** Ends at the side of the box, and leaves it level. */
function Wire({ from, to, kind }: { readonly from: Point; readonly to: Point; readonly kind: 'heard' | 'broken' | 'bell' }) {
  const side = from.x < to.x ? 1 : -1;
  const [start, end] = [from.x + (side * BOX.width) / 2, to.x - (side * BOX.width) / 2 + side * 20];
  const middle = (start + end) / 2;
  return <path class={`wire ${kind}`} d={`M${start} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${end} ${to.y}`} />;
}

function Box({ at: { x, y }, name, words }: { readonly at: Point; readonly name: string; readonly words: string }) {
  return (
    <g class="box">
      <rect x={x - BOX.width / 2 + 20} y={y - BOX.height / 2} width={BOX.width - 40} height={BOX.height} rx="10" />
      <text x={x} y={y - 3} text-anchor="middle">
        {name}
      </text>
      <text class="sub" x={x} y={y + 15} text-anchor="middle">
        {words}
      </text>
    </g>
  );
}

function Machine({ one: { number, name, state, isSelf, heard }, at: { x, y } }: { readonly one: Neighbour; readonly at: Point }) {
  const { word, path, tone } = lookOf(state);
  const [left, top] = [x - BOX.width / 2, y - BOX.height / 2];
  const age = isSelf ? 'this machine' : heard === null ? 'never heard' : ageWords(heard, nowMs.value);
  return (
    <g class={isSelf ? 'box own' : 'box'}>
      <rect x={left} y={top} width={BOX.width} height={BOX.height} rx="10" />
      <text x={left + 14} y={y - 3}>
        {cutText(visibleText(numberedName(number, name)), 22)}
      </text>
      <g class={`state ${tone}`}>
        <path transform={`translate(${left + 12} ${y + 3})`} d={path} />
        <text x={left + 34} y={y + 15}>
          {word} · {age}
        </text>
      </g>
    </g>
  );
}

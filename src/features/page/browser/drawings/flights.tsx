// Dots that go along the wires of the picture of the network: what the stream has just told. Who wants no motion sees none.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Flight, flightsBetween } from '../../rules/flights.ts';
import type { Point } from '../../rules/network.ts';
import type { Snapshot } from '../../rules/snapshot.ts';

const FLIGHT_MS = 1_400;

export function Flights({
  shown,
  hub,
  placeOf,
}: {
  readonly shown: Snapshot;
  readonly hub: Point;
  placeOf(machine: number): Point | undefined;
}) {
  const before = useRef<Snapshot | null>(null);
  const [going, setGoing] = useState<readonly Flight[]>([]);
  useEffect(() => {
    const begun = flightsBetween(before.current, shown);
    before.current = shown;
    if (begun.length > 0)
      setGoing((all) => [...all.filter(({ key }) => begun.every((it) => it.key !== key)), ...begun].slice(-24));
  }, [shown]);
  const end = (key: string) => setGoing((all) => all.filter((it) => it.key !== key));
  return (
    <>
      {going.map((flight) => {
        const place = placeOf(flight.machine);
        if (place === undefined) return null;
        const [from, to] = flight.goes === 'to hub' ? [place, hub] : [hub, place];
        return <Dot key={flight.key} from={from} to={to} what={flight.what} done={() => end(flight.key)} />;
      })}
    </>
  );
}

function Dot({
  from,
  to,
  what,
  done,
}: {
  readonly from: Point;
  readonly to: Point;
  readonly what: Flight['what'];
  done(): void;
}) {
  const dot = useRef<SVGCircleElement>(null);
  useEffect(() => {
    const at = ({ x, y }: Point) => ({ transform: `translate(${x}px, ${y}px)` });
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const moving = isStill
      ? null
      : (dot.current?.animate([at(from), at(to)], { duration: FLIGHT_MS, easing: 'ease-in-out', fill: 'forwards' }) ?? null);
    if (moving !== null) moving.onfinish = done;
    const timer = setTimeout(done, isStill ? 0 : FLIGHT_MS + 200);
    return () => {
      clearTimeout(timer);
      moving?.cancel();
    };
  }, []);
  return <circle ref={dot} class={`flight ${what}`} r="6" />;
}

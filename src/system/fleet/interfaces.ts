// The network interfaces of this computer, as Node's os.networkInterfaces() lists them: which lead out of it, and whether they changed.
import { networkInterfaces } from 'node:os';

type Listed = NonNullable<ReturnType<typeof networkInterfaces>[string]>[number];
/** As much of it as is looked at. */
export type Interfaces = Readonly<
  Record<string, readonly Pick<Listed, 'address' | 'internal' | 'family' | 'mac' | 'cidr'>[] | undefined>
>;

/** None where the computer does not tell: some forbid the look, and one with too many files open cannot take it. */
export function interfacesHere(): Interfaces {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}

/** Of containers and virtual machines on this computer: they come and go all day, and lead nowhere. */
export const WITHIN =
  /^(?:docker|podman|br-|veth|virbr|vnet|vmnet|vboxnet|vEthernet|bridge\d|lxc|lxd|incus|cni|cali|flannel|cilium|kube)/;

/** A computer in another network looks anew. A tunnel that comes up counts: the remote may be behind it. */
export function networkOf(interfaces: Interfaces): string {
  return Object.entries(interfaces)
    .flatMap(([name, addresses]) => (WITHIN.test(name) ? [] : (addresses ?? []).map((it) => ({ name, ...it }))))
    .filter(({ address, internal }) => !internal && !/^fe80:/i.test(address))
    .map(({ name, address }) => `${name} ${address}`)
    .sort()
    .join(', ');
}

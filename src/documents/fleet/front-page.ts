// The README.md of a repo that was empty when its fleet was founded (I3): what its host shows first. People's from then on.
import { markdownCell } from '../text/escape-text.ts';

export function newFrontPage(fleet: string): string {
  return `# ${markdownCell(fleet)}

A fleet of computers that this repo coordinates.

- **[The board](coordination/README.md)**: what runs, what waits, and what needs you
- [Orders](coordination/ORDERS.json): edit them here, or on a machine with \`coord order add\`
- [Settings of the fleet](coordination/fleet.yaml)

To add a computer: \`coord join <address of this repo>\`
`;
}

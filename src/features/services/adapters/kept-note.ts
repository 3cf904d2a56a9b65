// Keeps what is known of one service, in memory and on disk, so that the next daemon goes on from there.
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { type ServiceNote, writeNote } from '../system/service-files.ts';

export class KeptNote {
  readonly #folder: FleetFolder;
  readonly #name: string;
  readonly #complain: (text: string) => void;
  #note: ServiceNote;

  constructor(folder: FleetFolder, name: string, note: ServiceNote, complain: (text: string) => void) {
    this.#folder = folder;
    this.#name = name;
    this.#note = note;
    this.#complain = complain;
  }

  get value(): ServiceNote {
    return this.#note;
  }

  /** In memory alone: it goes to disk with what is kept next. */
  set(news: Partial<ServiceNote>): void {
    this.#note = { ...this.#note, ...news };
  }

  /** A disk that refuses it is told, and stops nothing. */
  keep(news: Partial<ServiceNote>): void {
    this.set(news);
    try {
      writeNote(this.#folder, this.#name, this.#note, false);
    } catch (error) {
      this.#complain(`its state could not be written: ${String(error)}`);
    }
  }

  /** It is on disk when this returns. Throws what the disk says. */
  keepDurably(news: Partial<ServiceNote>): void {
    this.set(news);
    writeNote(this.#folder, this.#name, this.#note, true);
  }
}

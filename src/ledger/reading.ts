// What a ledger tells without a connection: texts, versions and history, as the clone has them. Where the clone began without what is asked for (C5a), that
// is fetched where an answer may not go without.

import { CloneDamage } from './clone/clone-damage.ts';
import { forgetPacking } from './clone/clone-packing.ts';
import { forgetGivenUp } from './clone/given-up.ts';
import { recallTrees } from './fetch/fetch-trees.ts';
import { isObjectId } from './fetch/ref-names.ts';
import { cutsBelow, fetchRest, restOfView } from './fetch/rest-of-history.ts';
import { cannotGoOn, type Held } from './held-session.ts';
import { standInFor } from './history/continues.ts';
import type { GitLedger } from './ledger-options.ts';
import { contentId, MISSING } from './objects/blob-text.ts';
import { findVersions, leadsOn, versionFinder } from './objects/main-versions.ts';
import { createBlobReader } from './objects/read-blobs.ts';
import { NO_HISTORY, readHistory } from './objects/read-history.ts';

type Texts = 'idOf' | 'read' | 'sizes';
type Documents = 'versions' | 'versionsSince';
type Histories = 'fetchRest' | 'history' | 'follows' | 'continues';

export function reading(held: Held): Pick<GitLedger, Texts | Documents | Histories> {
  return { ...texts(held), ...documents(held), ...histories(held) };
}

function texts(held: Held): Pick<GitLedger, Texts> {
  const { heal } = held;
  const readBlob = createBlobReader();
  const knownMissing = new Set<string>();
  return {
    idOf: (text) => contentId(text, held.format()),

    async read(ids) {
      const wanted = [...new Set(ids)];
      const session = await held.open();
      const readAll = async () => {
        const blobs = await Promise.all(wanted.map((id) => readBlob(session.reader, id)));
        const missing = wanted.find((id, index) => blobs[index] === null && !knownMissing.has(id));
        if (missing !== undefined) throw new CloneDamage(`object ${missing} is missing`, false);
        return new Map(wanted.map((id, index) => [id, blobs[index] ?? MISSING]));
      };
      return heal(session, readAll, async (trouble) => {
        // It was lost with the damaged clone, so it must not be reported as missing on the remote.
        if (trouble.code === 'CLONE') return cannotGoOn(trouble);
        // The clone is sound, so the object never existed.
        for (const id of wanted) if ((await readBlob(session.reader, id)) === null) knownMissing.add(id);
        return readAll();
      });
    },

    async sizes(ids) {
      const wanted = [...new Set(ids)];
      const session = await held.open();
      return heal(session, async () => {
        const infos = await Promise.all(wanted.map((id) => (isObjectId(id) ? session.reader.info(id) : null)));
        return new Map(wanted.map((id, at) => [id, infos[at]?.type === 'blob' ? infos[at].sizeBytes : null]));
      });
    },
  };
}

function documents(held: Held): Pick<GitLedger, Documents> {
  const { view, heal } = held;
  const { localMs: timeoutMs } = held.times;
  const versionsOf = versionFinder();
  return {
    async versions(path, countMax) {
      const session = await held.open();
      const main = (await recallTrees(session, view))?.main?.commit;
      if (main === undefined) return [];
      return heal(session, () => versionsOf(session, { main, path, countMax, timeoutMs }));
    },

    async versionsSince(seen, path, countMax) {
      const session = await held.open();
      const main = (await recallTrees(session, view))?.main?.commit;
      if (main === undefined || !isObjectId(seen)) return null;
      const { clone, reader } = session;
      return heal(session, async () => {
        const leads = await leadsOn(session, { older: seen, newer: main, timeoutMs });
        const after = leads ? seen : await standInFor({ clone, reader, timeoutMs }, seen, main);
        return after === null ? null : findVersions(session, { main, after, path, countMax, timeoutMs });
      });
    },
  };
}

function histories(held: Held): Pick<GitLedger, Histories> {
  const { view, heal } = held;
  const { localMs: timeoutMs } = held.times;
  return {
    async fetchRest(isAsked) {
      const session = await held.open();
      await recallTrees(session, view);
      return heal(session, () => fetchRest(session.clone, restOfView(session), held.times, isAsked));
    },

    async history(question) {
      const session = await held.open();
      const main = (await recallTrees(session, view))?.main?.commit;
      if (main === undefined) return NO_HISTORY;
      // Who asks for more than the first parents has to have all of it.
      const allowedMs = question.sides === undefined ? timeoutMs : held.times.wholeMs;
      return heal(session, () => readHistory(session, { ...question, main, timeoutMs: allowedMs }));
    },

    async follows(older, newer) {
      if (older === newer) return true;
      if (!isObjectId(older) || !isObjectId(newer)) return false;
      const session = await held.open();
      const isHere = async (commit: string) => (await session.reader.info(commit)) !== null;
      const leads = (from: string, to: string) =>
        heal(
          session,
          () => leadsOn(session, { older: from, newer: to, timeoutMs }),
          // The clone is sound, so it never had that commit, or had it before it was made anew.
          async (trouble) => (trouble.code !== 'CLONE' && !(await isHere(to)) ? false : cannotGoOn(trouble)),
        );
      if (await leads(older, newer)) return true;
      if (!(await isHere(newer))) return false;
      const cuts = await heal(session, () => cutsBelow(session.clone, newer, timeoutMs));
      // What came before a cut changes nothing where `older` came after it.
      const before =
        cuts.length > 0 && (await isHere(older)) ? await heal(session, () => cutsBelow(session.clone, older, timeoutMs)) : [];
      if (cuts.every((cut) => before.includes(cut))) return false;
      await recallTrees(session, view);
      return (await heal(session, () => fetchRest(session.clone, restOfView(session), held.times))) && leads(older, newer);
    },

    async continues(older, newer) {
      if (!isObjectId(older) || !isObjectId(newer)) return false;
      const session = await held.open();
      const { clone, reader } = session;
      const isHeld = await heal(session, async () => (await standInFor({ clone, reader, timeoutMs }, older, newer)) !== null);
      // R3b: the history before is left to nobody here.
      if (isHeld) forgetPacking(clone.gitDir);
      if (isHeld) forgetGivenUp(clone);
      return isHeld;
    },
  };
}

// What the tests of odd refs share with the long ones.

export const CLAIM = (name: string) => `refs/coord/claims/${name}`;

export const odd = (ref: string, why: string) => ({ ref, path: ref.slice('refs/coord/'.length), why });

// Why an order or a run is in its state: a code for programs, words for people. Decisions look at the code alone. The words are made from the
// code in one place (core/orders/reason-words.ts), and may be reworded at any time.

export const REASON_CODES = [
  // Ends of runs.
  'cancelled',
  'removed',
  'superseded',
  'takenOver',
  'left',
  'halted',
  'interrupted',
  'timedOut',
  'leaseOver',
  'notStarted',
  'signal',
  'checkFailed',
  'leftovers',
  'declined',
  'callFailed',
  'agentFailed',
  'agentLoggedOut',
  'agentDenied',
  'agentLimited',
  'sessionGone',
  'question',
  'workspace',
  'artifacts',
  // Lost with a machine.
  'lost',
  'lostCancelled',
  'lostTakeOver',
  'lostNoTaker',
  'claimLost',
  'claimLeftBehind',
  'begunElsewhere',
  // What only a person can change.
  'unknownField',
  'unreadable',
  'heldBack',
  'slowHere',
  'unjudged',
  'unroutable',
  'noMachineYet',
  'noMachine',
  'noneOf',
  'noMachineHas',
  'noTool',
  'machineLeft',
  'sameName',
  'unbelieved',
  'afterUncovered',
  'unsignedApproval',
  'doubted',
  'ranBeyond',
  'unsignedMessage',
  'notAllowed',
  'allowedNowhere',
  'variableNotAllowed',
  'noAgent',
  'agentMissing',
  'agentUnfit',
  'noProgram',
  'programDown',
  'programBusy',
  'noSession',
  'folderMissing',
  'folderNotAllowed',
  'repoNotAllowed',
  'artifactsNotAllowed',
  'toolNotAllowed',
  'budgetSpent',
  'secretsMissing',
  'notPlaced',
  'startFailed',
  'claimInTheWay',
  'claimRefused',
  'generationLowered',
  'returned',
  'needsPerson',
  'resolved',
  // What an order waits for.
  'approval',
  'specMissing',
  'cycle',
  'eventCircle',
  'dependencyFailed',
  'dependency',
  'ordersUnreadable',
  'machine',
  'claimed',
  'paused',
  'generation',
  'slot',
  'retryDelay',
  'nextAttempt',
  'startAgain',
  'startsNext',
  'schedule',
  'event',
  'occurrence',
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

/** A way out that only a person can take; its words and its edit: core/status/ways.ts. */
export const WAY_KINDS = ['approve', 'runAgain', 'goOn', 'thenRetry', 'resolve', 'answer', 'emergencyOver', 'resume'] as const;

export type WayKind = (typeof WAY_KINDS)[number];

export interface Way {
  readonly way: WayKind;
}

/** A sentence in its parts: what is the case, and the ways out as data. */
export type Told = readonly (string | Way)[];

export interface WithWays {
  /** The whole sentence. For people; no program reads it. */
  readonly reason: string;
  /** Absent = no way out is told that an edit can take too, or an older version wrote it. */
  readonly told?: Told | undefined;
}

/** A reason with its words, as a state carries it. */
export interface Because extends WithWays {
  readonly code: ReasonCode;
}

/** A reason as documents hold it: without a code if an older version wrote it. */
export interface ToldReason {
  readonly reason?: string | null | undefined;
  readonly told?: Told | undefined;
  readonly code?: ReasonCode | undefined;
}

/** Codes whose words say that the work may have been done, or begun. */
export const MAY_HAVE_RUN: readonly ReasonCode[] = ['lost', 'claimLost', 'claimLeftBehind', 'ranBeyond'];

/** Codes of BLOCKED orders whose words name `coord retry` as the way out. */
export const RETRY_HELPS: readonly ReasonCode[] = [
  ...MAY_HAVE_RUN,
  ...(['begunElsewhere', 'generationLowered', 'returned', 'needsPerson', 'question'] as const),
  ...(['agentFailed', 'agentLoggedOut', 'agentDenied', 'agentLimited', 'sessionGone', 'noSession'] as const),
  ...(['workspace', 'artifacts'] as const),
  ...(['eventCircle'] as const),
];

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
  'sessionGone',
  'question',
  'workspace',
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
  'unjudged',
  'unroutable',
  'noMachineYet',
  'noMachine',
  'noneOf',
  'noMachineHas',
  'noTool',
  'machineLeft',
  'sameName',
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
  'toolNotAllowed',
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
  'occurrence',
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

/** A reason with its words, as a state carries it. */
export interface Because {
  readonly code: ReasonCode;
  /** For people; no program reads it. */
  readonly reason: string;
}

/** A reason as documents hold it: without a code if an older version wrote it. */
export interface ToldReason {
  readonly reason?: string | null | undefined;
  readonly code?: ReasonCode | undefined;
}

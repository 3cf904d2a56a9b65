// A frame on the wire (B2): version 1 B, key id 4 B, sender 8 B, epoch 8 B, counter 8 B, then a JSON value sealed by AES-256-GCM and padded to
// steps of 256 B, then the tag of 16 B. Whoever lacks the key can neither read nor make one, nor move one to another topic.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { BellKey } from '../documents/bell-document.ts';
import type { FrameMark } from '../rules/heard-before.ts';
import { frameKey } from './bell-keys.ts';

const VERSION = 1;
const HEADER_BYTES = 29;
const TAG_BYTES = 16;
const STEP_BYTES = 256;
/** Of one frame: what an embedded broker takes. */
export const FRAME_BYTES_MAX = 65_536;
const CIPHER = 'aes-256-gcm';

/** Who seals: one process. */
export interface FrameSender {
  /** 16 hexadecimal digits each. An epoch is never used by two processes. */
  readonly sender: string;
  readonly epoch: string;
}

export interface OpenedFrame extends FrameMark {
  readonly machine: number;
  readonly value: unknown;
}

/** A daemon and each other process of a machine are senders of their own. `role`: 0 = its daemon. */
export function senderOf(machine: number, role: number): string {
  return `${machine.toString(16).padStart(8, '0')}${role.toString(16).padStart(8, '0')}`;
}

/** Null = it is too large for a frame. */
export function sealFrame(key: BellKey, from: FrameSender, counter: bigint, topic: string, value: unknown): Buffer | null {
  const text = Buffer.from(JSON.stringify(value));
  const padded = Buffer.alloc(Math.ceil((text.length + 4) / STEP_BYTES) * STEP_BYTES);
  if (HEADER_BYTES + padded.length + TAG_BYTES > FRAME_BYTES_MAX) return null;
  padded.writeUInt32BE(text.length);
  text.copy(padded, 4);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(VERSION);
  header.write(key.keyId, 1, 'hex');
  header.write(from.sender, 5, 'hex');
  header.write(from.epoch, 13, 'hex');
  header.writeBigUInt64BE(counter, 21);
  const cipher = createCipheriv(CIPHER, keyIn(key, header), nonceIn(header)).setAAD(boundTo(topic, header));
  return Buffer.concat([header, cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
}

/** Null = it is none, or of no key that is read, or was changed or moved by somebody. Never throws. */
export function openFrame(keys: readonly BellKey[], topic: string, frame: Buffer): OpenedFrame | null {
  const sealed = frame.length - HEADER_BYTES - TAG_BYTES;
  if (sealed < STEP_BYTES || sealed % STEP_BYTES !== 0 || frame.length > FRAME_BYTES_MAX || frame[0] !== VERSION) return null;
  const header = frame.subarray(0, HEADER_BYTES);
  const key = keys.find(({ keyId }) => keyId === header.toString('hex', 1, 5));
  if (key === undefined) return null;
  try {
    const opening = createDecipheriv(CIPHER, keyIn(key, header), nonceIn(header)).setAAD(boundTo(topic, header));
    opening.setAuthTag(frame.subarray(-TAG_BYTES));
    const padded = Buffer.concat([opening.update(frame.subarray(HEADER_BYTES, -TAG_BYTES)), opening.final()]);
    const value: unknown = JSON.parse(padded.toString('utf8', 4, 4 + padded.readUInt32BE()));
    const [sender, epoch] = [header.toString('hex', 5, 13), header.toString('hex', 13, 21)];
    return { machine: header.readUInt32BE(5), sender, epoch, counter: header.readBigUInt64BE(21), value };
  } catch {
    return null;
  }
}

function keyIn(key: BellKey, header: Buffer): Buffer {
  return frameKey(key, header.subarray(13, 21), header.subarray(5, 13));
}

function nonceIn(header: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(4), header.subarray(21)]);
}

function boundTo(topic: string, header: Buffer): Buffer {
  return Buffer.concat([Buffer.from(topic), header]);
}

// Generates the JSON Schema (draft-07) that editors check ORDERS.json against, from order-schema.ts. One version of coord always writes the
// same text. Editors mark unknown fields by it, as machines do (D4).
import * as z from 'zod';
import type { DocumentKind } from '../document.ts';
import { ORDERS_SCHEMA_PATH } from '../paths.ts';
import { FIELDS, WORKS } from './order-fields.ts';
import { ordersFileSchema } from './order-schema.ts';

export const ordersSchema: DocumentKind = { owner: 'derived', path: ORDERS_SCHEMA_PATH, fold: ordersJsonSchema };

let text: string | null = null;

/** The same text at every call. */
export function ordersJsonSchema(): string {
  text ??= makeSchema();
  return text;
}

function makeSchema(): string {
  const schema = z.toJSONSchema(ordersFileSchema, {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema, path }) => {
      const properties = jsonSchema.properties;
      if (properties === undefined || Object.keys(properties).length === 0) return;
      jsonSchema.additionalProperties = false;
      jsonSchema.patternProperties = { '^[xX]-': {} };
      const oneOf = FIELDS[String(path.at(-1))]?.oneOf;
      if (oneOf !== undefined) jsonSchema.oneOf = oneOf.map((name) => ({ required: [name] }));
      if (!WORKS.every(([first]) => first in properties)) return;
      jsonSchema.oneOf = WORKS.map((names) => ({ required: [...names] }));
      if (!('steps' in properties)) return;
      const named = [...WORKS.map(([first]) => first), 'steps', 'use'].map((name) => ({ required: [name] }));
      // The template for its type.
      jsonSchema.oneOf.push(...named.slice(-2), { required: ['type'], not: { anyOf: named } });
    },
  });
  const title = 'Orders of a coord fleet';
  const description = 'The work that people put in. Machines read this file and never change it without a person asking.';
  const { $schema, ...rest } = schema;
  return `${JSON.stringify({ $schema, title, description, ...rest }, null, 2)}\n`;
}

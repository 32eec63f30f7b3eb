/** Certificates for tests: an authority, and what it signs. Made anew each time, good for an hour. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

export interface Signed {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

export interface Authority extends Signed {
  /** For 127.0.0.1 and localhost. */
  server(): Signed;
  client(name: string): Signed;
}

export function certificateAuthority(name = "test authority"): Authority {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issue = (subject: string, subjectKey: KeyObject, extensions: readonly Uint8Array[]) =>
    pem(
      "CERTIFICATE",
      certificate({ issuer: name, subject, subjectKey, extensions }, keys.privateKey),
    );
  const signed = (subject: string, extensions: readonly Uint8Array[]): Signed => {
    const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return { cert: issue(subject, own.publicKey, extensions), key: privatePem(own.privateKey) };
  };
  return {
    cert: issue(name, keys.publicKey, [extension("551d13", sequence(der(0x01, [0xff])), true)]),
    key: privatePem(keys.privateKey),
    server: () =>
      signed("test server", [
        extension("551d11", sequence(der(0x87, [127, 0, 0, 1]), der(0x82, text("localhost")))),
      ]),
    client: (subject) => signed(subject, [extension("551d13", sequence())]),
  };
}

const ECDSA_SHA256 = sequence(der(0x06, hex("2a8648ce3d040302")));

function certificate(
  { issuer, subject, subjectKey, extensions }: {
    readonly issuer: string;
    readonly subject: string;
    readonly subjectKey: KeyObject;
    readonly extensions: readonly Uint8Array[];
  },
  key: KeyObject,
): Uint8Array {
  const now = Date.now();
  const body = sequence(
    der(0xa0, der(0x02, [2])), // version 3
    der(0x02, [1, ...randomBytes(8)]),
    ECDSA_SHA256,
    nameOf(issuer),
    sequence(time(now - 3_600_000), time(now + 3_600_000)),
    nameOf(subject),
    new Uint8Array(subjectKey.export({ type: "spki", format: "der" })),
    der(0xa3, sequence(...extensions)),
  );
  return sequence(body, ECDSA_SHA256, der(0x03, [0, ...sign("sha256", body, key)]));
}

function extension(oid: string, value: Uint8Array, critical = false): Uint8Array {
  const flag = critical ? [der(0x01, [0xff])] : [];
  return sequence(der(0x06, hex(oid)), ...flag, der(0x04, value));
}

function nameOf(common: string): Uint8Array {
  return sequence(der(0x31, sequence(der(0x06, hex("550403")), der(0x0c, text(common)))));
}

function time(milliseconds: number): Uint8Array {
  const digits = new Date(milliseconds).toISOString().replace(/\.\d+|[-:T]/g, "");
  return der(0x18, text(digits));
}

function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return der(0x30, parts.flatMap((part) => [...part]));
}

function der(tag: number, content: ArrayLike<number>): Uint8Array {
  const { length } = content;
  const size = length < 128
    ? [length]
    : length < 256
    ? [0x81, length]
    : [0x82, length >> 8, length & 255];
  return Uint8Array.from([tag, ...size, ...Array.from(content)]);
}

function hex(digits: string): Uint8Array {
  return Uint8Array.fromHex(digits);
}

function text(characters: string): Uint8Array {
  return new TextEncoder().encode(characters);
}

function privatePem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(/.{1,64}/g)!.join("\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

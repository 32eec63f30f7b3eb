/**
 * Where an S3 server is. Pure.
 *
 * @module
 */
import { isIP } from "node:net";
import { UsageError } from "../base/errors.ts";

/** The address of an S3 server. */
export interface S3Endpoint {
  /** Name or IP address, without brackets. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /** Whether it is spoken to over TLS. */
  readonly secure: boolean;
  /** All three, for people and requests: `http://127.0.0.1:9000`. */
  readonly url: string;
}

/**
 * Reads an endpoint as people write it, with or without a scheme. Without one it is `http`
 * where nobody has certificates (loopback, names without a dot such as `minio`, private IP
 * addresses) and on MinIO's own port 9000, otherwise `https`.
 *
 * ```ts
 * import { parseS3Endpoint } from "@fourdotinfinity/digits-recognizer";
 *
 * console.assert(parseS3Endpoint("localhost:9000").url === "http://localhost:9000");
 * console.assert(parseS3Endpoint("s3.amazonaws.com").url === "https://s3.amazonaws.com");
 * ```
 *
 * @throws {UsageError} when it is none, or has more than scheme, host and port.
 */
export function parseS3Endpoint(text: string): S3Endpoint {
  const refuse = (reason: string): UsageError =>
    new UsageError(
      `Cannot use the S3 endpoint as ${reason}: give one such as http://127.0.0.1:9000 ` +
        `or https://s3.example.com`,
    );
  const given = text.trim();
  const hasScheme = /^\w+:\/\//.test(given);
  const whole = hasScheme ? given : `https://${given}`;
  if (given === "" || !URL.canParse(whole)) throw refuse("it is no address");
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(whole);
  if (!/^https?:$/.test(protocol)) throw refuse(`it starts with ${protocol}//`);
  // Not shown: what stands there may be a secret.
  if (username + password !== "") throw refuse("it has a user or a password in it");
  if (pathname !== "/" || search + hash !== "") throw refuse("it has a path after the host");
  const host = hostname.replace(/^\[|\]$/g, "");
  const secure = hasScheme ? protocol === "https:" : /:443$/.test(given) || !isPlain(host, port);
  const number = Number(port) || (secure ? 443 : 80);
  const scheme = secure ? "https" : "http";
  const shown = number === (secure ? 443 : 80) ? "" : `:${number}`;
  return { host, port: number, secure, url: `${scheme}://${hostname}${shown}` };
}

function isPlain(host: string, port: string): boolean {
  if (isIP(host) !== 0) return port === "9000" || isPrivate(host);
  return port === "9000" || !host.includes(".") || host.endsWith(".localhost");
}

function isPrivate(address: string): boolean {
  return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address) ||
    /^(::1$|f[cd])/i.test(address);
}

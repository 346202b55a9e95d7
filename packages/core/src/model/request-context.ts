/** The data that belongs to one request and that every stage may need, as one value. */
import type { Admission } from './limit-reached.ts'
import type { Trace } from './trace.ts'

/** What the transport knows about the caller, besides what was requested. */
export interface Caller {
  readonly requestId: string
  /** The endpoint's name in the audit record and in `request.endpoint`. */
  readonly endpoint: string
  readonly clientIp: string
  readonly userAgent: string | undefined
  /** Of the TLS connection, in PEM; absent: the client showed none. */
  readonly clientCertificate?: string
  /** Absent: requests are not counted, as where a decision is only made to be shown. */
  readonly admission?: Admission
  /** Aborts when the work must end, so that its audit record and a response can follow. */
  readonly signal: AbortSignal
}

/** A caller whose request ends with an audit record. */
export interface RecordedCaller extends Caller {
  /** Aborts when a record that is still not written must be given up, for a response. */
  readonly recordSignal: AbortSignal
}

/** @template Ports the ports that the stage uses */
export interface RequestContext<Ports> extends Caller {
  readonly trace: Trace
  readonly ports: Ports
}

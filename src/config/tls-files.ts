/** How this process speaks TLS to a server: the files, since they may be renewed while it runs. */
export interface ClientTls {
  /** Whom it trusts; undefined for those whom Node trusts. */
  readonly caFile: string | undefined;
  /** Who it is, for servers that ask; undefined where they do not. */
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

/** What stands in these files, in PEM. Holds a secret: not to be logged. */
export interface ClientCredentials {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

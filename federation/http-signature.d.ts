declare module 'http-signature' {
  interface RequestSigner {
    writeHeader(header: string, value: string): string;
    writeTarget(method: string, path: string): void;
    sign(callback: (error: Error | null, authorization: string) => void): void;
  }
  interface ParsedSignature {
    params: { keyId: string; algorithm: string; headers: string[]; signature: string };
    signingString: string;
  }
  const httpSignature: {
    createSigner(options: {
      sign(
        data: string,
        done: (error: Error | null, signed: { keyId: string; algorithm: string; signature: string }) => void,
      ): void;
    }): RequestSigner;
    parseRequest(
      request: { method: string; url: string; headers: Record<string, string> },
      options: { headers: string[]; strict: boolean; clockSkew: number },
    ): ParsedSignature;
  };
  // oxlint-disable-next-line import/no-default-export -- a CommonJS module
  export default httpSignature;
}

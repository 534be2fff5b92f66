/** The compiler's `minimal` runtime collects only when told to: here, while no managed object is in use. */
declare function __collect(): void;

// What the scripts of pages share, for `deno check`. Nobody is served this.

// What the vendored scripts put into the window.
interface Window {
  Idiomorph: {
    morph(holder: Element, html: string, how: {
      morphStyle: "innerHTML";
      callbacks: {
        beforeAttributeUpdated(name: string, node: Node, how: "update" | "remove"): boolean;
        beforeNodeMorphed(was: HTMLElement, will: HTMLElement): boolean;
      };
    }): void;
  };
  HongchuanEditor(
    into: ShadowRoot,
    text: string,
    changed: () => void,
  ): {
    text(): string;
    replace(text: string): void;
    issues(found: Issue[]): void;
    go(line: number): void;
  };
}

// Our pages are HTML: what is looked for in them is an element of it, unless it is said otherwise.
interface ParentNode {
  querySelector<E extends Element = HTMLElement>(what: string): E | null;
  querySelectorAll<E extends Element = HTMLElement>(what: string): NodeListOf<E>;
}
interface Element {
  closest<E extends Element = HTMLElement>(what: string): E | null;
}

// docs/wire.md: what is said on the line. A command's other fields are its own.
interface Command {
  do: string;
  type?: "command";
  id?: string;
  run?: string;
  by?: string;
  [field: string]: unknown;
}
interface Heard {
  type: string;
  id?: string;
  seq?: number;
  now_ms?: number;
  pace?: number;
  code?: string;
  message?: string;
  remedy?: string;
  parts?: Record<string, string>;
}
interface Refusal {
  code?: string;
  message: string;
  remedy: string;
}

// A screen as it is shown on another: in the studio, in the trainer's room.
interface Shown {
  seat: string;
  name: string;
  kind?: "seat" | "projector";
  parts: Record<string, string>;
}

// What the server answers besides the line; `error` instead of all the rest.
interface Answer {
  status: number;
  error?: Refusal;
  // deno-lint-ignore no-explicit-any
  [field: string]: any;
}
interface Going extends Promise<Answer> {
  stop?(): void;
}

interface Issue {
  line: number;
  column: number;
  code: string;
  message: string;
  remedy: string;
  advice?: boolean;
  play?: string[];
}

// What is kept of a form: what is typed, ticked, chosen, and in which order.
interface Made {
  typed: string[];
  picked: string[];
  chosen: string[];
  order: string[];
}
interface Kept {
  // deno-lint-ignore no-explicit-any
  value: any;
  at: number;
  until: number;
}

// A run's log for its timeline: when each event was, in ms of the run's own time; marks as
// [seq, kind, text]; seqs where a scene begins.
interface Log {
  run: string;
  axis: number[];
  start: number;
  marks: [number, string, string][];
  scenes: number[];
  seats: string[];
}

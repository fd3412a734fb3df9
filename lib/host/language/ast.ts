// The syntax tree of the language. Every node knows its place in the source, so every error can point at it.
import type { SourceSpan } from '../host-error.ts';
import type { Numeric } from '../value/typed-number.ts';

interface Node {
  readonly span: SourceSpan;
}

/** Binary operators, in lower case, without a leading `c` or `i`; `caseSensitive` says which form it was. */
export type BinaryOperator = string;

export type Expression =
  | (Node & { readonly kind: 'literal'; readonly value: string | Numeric | boolean | null })
  | (Node & { readonly kind: 'interpolated'; readonly parts: readonly (string | Expression)[] })
  | (Node & { readonly kind: 'variable'; readonly scope: string; readonly name: string })
  | (Node & { readonly kind: 'splat'; readonly scope: string; readonly name: string })
  | (Node & { readonly kind: 'array'; readonly body: Block })
  | (Node & { readonly kind: 'subexpression'; readonly body: Block })
  | (Node & { readonly kind: 'paren'; readonly pipeline: Statement })
  | (Node & { readonly kind: 'comma'; readonly items: readonly Expression[] })
  | (Node & { readonly kind: 'hashtable'; readonly entries: readonly HashtableEntry[] })
  | (Node & { readonly kind: 'scriptblock'; readonly block: ScriptBlockNode })
  | (Node & { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression })
  | (Node & {
      readonly kind: 'increment';
      readonly operator: '++' | '--';
      readonly prefix: boolean;
      readonly target: Expression;
    })
  | (Node & {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly caseSensitive: boolean;
      readonly left: Expression;
      readonly right: Expression;
    })
  | (Node & {
      readonly kind: 'ternary';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    })
  | (Node & {
      readonly kind: 'member';
      readonly object: Expression;
      readonly name: Expression;
      readonly isStatic: boolean;
      readonly nullSafe: boolean;
    })
  | (Node & {
      readonly kind: 'call';
      readonly object: Expression;
      readonly name: Expression;
      readonly args: readonly Expression[];
      readonly isStatic: boolean;
      readonly nullSafe: boolean;
    })
  | (Node & {
      readonly kind: 'index';
      readonly object: Expression;
      readonly index: Expression;
      readonly nullSafe: boolean;
    })
  | (Node & { readonly kind: 'type'; readonly name: string })
  | (Node & { readonly kind: 'cast'; readonly type: string; readonly operand: Expression });

export interface HashtableEntry {
  readonly key: Expression;
  readonly value: Statement;
}

/** One word of a command line. */
export type CommandElement =
  | (Node & { readonly kind: 'argument'; readonly value: Expression })
  | (Node & { readonly kind: 'parameter'; readonly name: string; readonly value: Expression | undefined });

/** `>`, `2>>`, `2>&1`. */
export interface Redirection extends Node {
  /** 1 to 6, or `*` for all. */
  readonly stream: number | '*';
  readonly append: boolean;
  /** A file, or `&1`. */
  readonly target: Expression | 'output';
}

export interface CommandNode extends Node {
  readonly kind: 'command';
  readonly invocation: 'name' | '&' | '.';
  readonly name: Expression;
  readonly elements: readonly CommandElement[];
  readonly redirections: readonly Redirection[];
}

export interface ExpressionStageNode extends Node {
  readonly kind: 'expression';
  readonly expression: Expression;
  readonly redirections: readonly Redirection[];
}

export type PipelineStageNode = CommandNode | ExpressionStageNode;

export interface SwitchClause {
  /** Absent for `default`. */
  readonly test: Expression | undefined;
  readonly body: Block;
}

export interface CatchClause {
  readonly types: readonly string[];
  readonly body: Block;
}

export interface ParameterNode extends Node {
  readonly name: string;
  readonly type: string | undefined;
  readonly attributes: readonly AttributeNode[];
  readonly defaultValue: Expression | undefined;
}

/** `[Parameter(Mandatory, Position = 0)]`. */
export interface AttributeNode extends Node {
  readonly name: string;
  readonly positional: readonly Expression[];
  readonly named: readonly { readonly name: string; readonly value: Expression | undefined }[];
}

export type Statement =
  | (Node & { readonly kind: 'pipeline'; readonly stages: readonly PipelineStageNode[]; readonly background: boolean })
  | (Node & {
      readonly kind: 'chain';
      readonly operator: '&&' | '||';
      readonly left: Statement;
      readonly right: Statement;
    })
  | (Node & {
      readonly kind: 'assignment';
      readonly operator: string;
      readonly target: Expression;
      readonly value: Statement;
    })
  | (Node & {
      readonly kind: 'if';
      readonly clauses: readonly { readonly test: Statement; readonly body: Block }[];
      readonly otherwise: Block | undefined;
    })
  | (Node & { readonly kind: 'while'; readonly test: Statement; readonly body: Block; readonly label: string })
  | (Node & {
      readonly kind: 'do';
      readonly test: Statement;
      readonly until: boolean;
      readonly body: Block;
      readonly label: string;
    })
  | (Node & {
      readonly kind: 'for';
      readonly initial: Statement | undefined;
      readonly test: Statement | undefined;
      readonly step: Statement | undefined;
      readonly body: Block;
      readonly label: string;
    })
  | (Node & {
      readonly kind: 'foreach';
      readonly variable: Expression & { readonly kind: 'variable' };
      readonly source: Statement;
      readonly body: Block;
      readonly label: string;
    })
  | (Node & {
      readonly kind: 'switch';
      readonly mode: 'exact' | 'wildcard' | 'regex';
      readonly caseSensitive: boolean;
      /** The source is the path of a file, whose lines are the values. */
      readonly fromFile: boolean;
      readonly source: Statement;
      readonly clauses: readonly SwitchClause[];
      readonly label: string;
    })
  | (Node & {
      readonly kind: 'try';
      readonly body: Block;
      readonly catches: readonly CatchClause[];
      readonly finalizer: Block | undefined;
    })
  | (Node & {
      readonly kind: 'function';
      readonly name: string;
      readonly filter: boolean;
      readonly block: ScriptBlockNode;
    })
  | (Node & { readonly kind: 'trap'; readonly types: readonly string[]; readonly body: Block })
  | (Node & { readonly kind: 'throw'; readonly value: Statement | undefined })
  | (Node & { readonly kind: 'return'; readonly value: Statement | undefined })
  | (Node & { readonly kind: 'exit'; readonly value: Statement | undefined })
  | (Node & { readonly kind: 'break'; readonly label: Expression | undefined })
  | (Node & { readonly kind: 'continue'; readonly label: Expression | undefined });

/** Statements in braces. */
export interface Block extends Node {
  readonly statements: readonly Statement[];
  /** The traps among them; absent when there are none. */
  readonly traps?: readonly Extract<Statement, { kind: 'trap' }>[];
}

/** A script, a function's body or a `{ }`. */
export interface ScriptBlockNode extends Node {
  readonly parameters: readonly ParameterNode[] | undefined;
  readonly attributes: readonly AttributeNode[];
  readonly begin: Block | undefined;
  readonly process: Block | undefined;
  /** The body when there are no named blocks. */
  readonly end: Block | undefined;
  readonly clean: Block | undefined;
  readonly source: SourceText;
}

/** The text a tree was parsed from. */
export interface SourceText {
  readonly text: string;
  /** The script's file, or empty. */
  readonly file: string;
}

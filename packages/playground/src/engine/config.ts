// SPDX-License-Identifier: MIT
// What the user can set, with defaults and bounds. Knows no form and no pool.

/** What a pool is made with: a change of any of these needs a new pool. */
export interface PoolConfig {
  readonly poolSize: number;
  readonly memoryMib: number;
  readonly isolation: "task" | "worker";
  /** "": random. */
  readonly seed: string;
  readonly bootstrapCode: string;
}

export interface Config extends PoolConfig {
  /** Of each task; 0: none. */
  readonly timeoutMs: number;
}

export const bounds = {
  poolSize: { min: 1, max: 32 },
  memoryMib: { min: 1, max: 1024 },
  timeoutMs: { min: 0, max: 600_000 },
} as const;

/** More workers than these are of no use to a demonstration. */
const MAX_DEFAULT_WORKERS = 8;

export function defaultConfig(processors: number, bootstrapCode: string): Config {
  return {
    poolSize: Math.max(2, Math.min(processors, MAX_DEFAULT_WORKERS)),
    timeoutMs: 5000,
    memoryMib: 64,
    isolation: "task",
    seed: "",
    bootstrapCode,
  };
}

export function needsNewPool(a: PoolConfig, b: PoolConfig): boolean {
  return (
    a.poolSize !== b.poolSize ||
    a.memoryMib !== b.memoryMib ||
    a.isolation !== b.isolation ||
    a.seed !== b.seed ||
    a.bootstrapCode !== b.bootstrapCode
  );
}

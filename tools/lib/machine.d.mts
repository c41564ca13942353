export function checkMachine(): void
export function machineFault(nodeVersion: string, git: boolean): string

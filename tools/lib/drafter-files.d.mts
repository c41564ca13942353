export function drafterFiles(name: string, description: string, model: object): Record<string, string>

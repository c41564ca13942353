import type { ToolCallFormat } from './model-facts.js'

// Marks in templates, the more particular ones first; common/chat.cpp of llama.cpp tells them apart alike.
const marks: readonly (readonly [format: ToolCallFormat, all: readonly string[]])[] = [
  ['harmony', ['<|channel|>', 'commentary']],
  ['qwen3-coder', ['<tool_call>', '<function=']],
  ['minimax', ['<minimax:tool_call>']],
  ['minimax', [']<]minimax[>[', '<invoke name=']],
  ['glm', ['<tool_call>', '<arg_key>']],
  ['hermes', ['<tool_call>']],
  ['lfm2', ['<|tool_call_start|>']],
  ['lfm2', ['<|tool_list_start|>']],
  ['lfm2', ['List of tools: [']],
  ['kimi-k2', ['<|tool_calls_section_begin|>']],
  ['deepseek', ['<｜tool▁calls▁begin｜>']],
  ['dsml', ['dsml_token', 'DSML']],
  ['command-r', ['<|START_ACTION|>']],
  ['mistral', ['[TOOL_CALLS]']],
  ['functionary', ['>>>all']],
  ['functionary', ['<|start_header_id|>', '<function=']],
  ['llama3', ['<|start_header_id|>', '<|python_tag|>']],
  ['llama3', ['<|start_header_id|>', '"parameters"']],
  ['gemma', ['<start_function_call>']],
  ['gemma', ['<|tool_call>']],
]

/** The family of tool calls that a chat template writes; `undefined` where it has none that is known. */
export function toolCallFormat(chatTemplate: string | undefined): ToolCallFormat | undefined {
  if (chatTemplate === undefined) return undefined
  return marks.find(([, all]) => all.every((mark) => chatTemplate.includes(mark)))?.[0]
}

const picturesInTemplate =
  /<\|?(?:image|vision_start|image_pad|start_of_image|img)\|?>|\[IMG\]|'image'|"image"|image_url/
/** Architectures of text models that take pictures whatever their template says. */
export const seeingArchitectures: ReadonlySet<string> = new Set([
  ...['qwen2vl', 'qwen3vl', 'qwen3vlmoe', 'cogvlm', 'hunyuan_vl', 'paddleocr', 'deepseek2-ocr'],
])

/** Whether a model of text takes pictures through a projector: by its architecture, or since its template has them. */
export function seesPictures(architecture: string, chatTemplate: string | undefined): boolean {
  return seeingArchitectures.has(architecture) || picturesInTemplate.test(chatTemplate ?? '')
}

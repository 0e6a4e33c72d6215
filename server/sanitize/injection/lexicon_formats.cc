#include "server/sanitize/injection/lexicon.h"

namespace usher::sanitize::injection {

std::vector<LexiconLine> FormatLexicon() {
  return {
      {'d',
       "<|im_start|>*;<|im_end|>*;<|im_sep|>*;<|system|>*;<|user|>*;<|assistant|>*;<|endoftext|>*;<|end_of_text|>*;"
       "<|begin_of_text|>*;<|start_header_id|>*;<|end_header_id|>*;<|eot_id|>*;<|eom_id|>*;<|end|>*;<|eot|>*;"
       "<|channel|>*;<|start|>*;<|return|>*;<|python_tag|>*;<|start_of_role|>*;<|end_of_role|>*;<|turn|>*;"
       "[inst]*;[/inst]*;<<sys>>*;<</sys>>*;[system_prompt]*;[/system_prompt]*;[available_tools]*;[tool_calls]*;"
       "[tool_results]*;<start_of_turn>*;<end_of_turn>*;<bos>*;<eos>*;[bos]*;[eos]*;<｜*;<system>*;</system>*;"
       "<assistant>*;</assistant>*;<system_prompt>*;</system_prompt>*;<system-reminder>*;</system-reminder>*;"
       "<instructions>*;</instructions>*;<system_instructions>*;<admin>*;</admin>*;<user_query>*;</user_query>*;"
       "</user>*;</context>*;</document>*;</documents>*;</untrusted*;</data>*;<|developer|>*;"
       "<system_message>*;</search_results>*;<important_information>*;<information>*;</information>*;<important>*;"
       "[system]*;[/system]*;[assistant]*;[developer]*;{{#system*;{{#user*;{{/system*;[end of "
       "context]*;<secret_instruction*"},
      {'h',
       "human:*;assistant:*;system:*;user:*;ai:*;bot:*;developer:*;chatgpt:*;### instruction*;### response*;"
       "### system*;### human*;### assistant*;### user*;### input:*;## system*;**system*;system prompt:*;"
       "system message:*;# system*;### new instruction*;system override*;[system message]*;[system note*;"
       "(system*;--- system*;system note:*;system notice:*;model:*;\"role\": \"system\"*;\"role\":\"system\"*;admin:*;"
       "\"role\": \"assistant\"*;\"role\":\"assistant\"*;role: system*;#system*;system instruction*;system "
       "update*;assistant instruction*"},
      {'f',
       "<tool_call*;</tool_call*;<tool_calls*;<function_call*;</function_call*;<function=*;<tool_result*;"
       "</tool_result*;<tool_response*;</tool_response*;<function_result*;</function_result*;<invoke *;<tool_output*;"
       "\"tool_calls\"*;\"function_call\"*;\"tool_call\"*;tool output:*;tool result:*;tool_result:*;"
       "<|tool*;[tool_call*;[function_call*;<tool_use*;"
       "<function_results*;\"tool_use\"*;tool_call:*;<|function*"},
      // The commonest English words and the attackers' own, in rot13 and backwards: signs that a text is disguised.
      {'r',
       "gur;naq;lbh;lbhe;vtaber;cerivbhf;cebzcg;abg;gung;jvgu;nyy;gb gur;vafgehpgvbaf;vafgehpgvba;flfgrz;erirny;"
       "qvfertneq;nafjre;hfre;fraq;sbetrg;nobir;cevbe;nffvfgnag;erfcbafr;cyrnfr;eryl;grkg"},
      {'v',
       "eht;dna;uoy;ruoy;erongi;suoiverp;tpmorp;tahw;htiw;snoitcurtsni;metsys;laever;drageirsid;"
       "rewsna;resu;dnes;tegrof;evoba;roirp;tnatsissa;esnopser;esaelp;txet;siht;morf;noitcurtsni;ylper"},
  };
}

}  // namespace usher::sanitize::injection

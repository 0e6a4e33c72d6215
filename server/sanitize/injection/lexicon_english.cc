#include "server/sanitize/injection/lexicon.h"

namespace usher::sanitize::injection {

std::vector<LexiconLine> EnglishLexicon() {
  return {
      {'V',
       "ignore;disregard;forget;override;overrule;bypass;discard;neglect;supersede;set aside;"
       "pay no attention to;stop following;do not follow;don't follow;no longer follow;not adhere to;"
       "do not obey;stop obeying;skip over;dismiss;throw away;leave behind;delete from memory"},
      {'P',
       "previous;prior;above;earlier;preceding;foregoing;existing;original;initial;former;past;before this;so far;"
       "up to now;until now;system;your;all;any;everything;every;these;those;hitherto;safety;content;default;"
       "previously;the rest;what came before;current;old;beforehand;that came before;given to you;given before"},
      {'O',
       "instruction;instructions;prompt;prompts;guideline;guidelines;directive;directives;directions;rules;"
       "commands;orders;programming;training;constraint;constraints;restrictions;limitations;"
       "system prompt;system message;context;what you were told;what you have been told;"
       "you were told;said before;safeguards;guardrails;protocols;ethic*;told so far;you know"},
      {'A',
       "ai;a.i.;llm;llms;language model;language models;chatbot;chatbots;assistant;assistants;ai model;ai models;"
       "ai agent;ai agents;agent;agents;bot;bots;gpt*;chatgpt;claude;gemini;copilot;llama;mistral;bard;"
       "artificial intelligence;virtual assistant;automated system;automated systems;crawler;crawlers;summarizer;"
       "summariser;large language model;the model;neural network;retrieval system;machine reader"},
      {'Y', "you;your;yours;yourself;you're;you've;you'll"},
      {'R',
       "response;responses;answer;answers;reply;replies;output;summary;summaries;completion;generated text;"
       "final message;translation of this"},
      {'Q',
       "write;describe;explain;summarize;summarise;translate;list;provide;generate;compose;draft;tell me;analyze;"
       "analyse;identify;recommend;suggest;calculate;rewrite;say;print;output;give me;outline;discuss;compare;"
       "create;determine;classify;convert;define;name;rate;paraphrase;share with me;show me;help me;illustrate;"
       "elaborate;find;solve;propose;invent;encode;respond;reply;answer;sing;rap;recite;evaluate;break down;state;"
       "mention;encrypt;shift;reverse;replace;substitute;render;scramble;interpret;predict;estimate;offer;spell;repeat;"
       "imagine;assess;recount;narrate;dictate;rank;research;look up;detail"},
      {'E',
       "send;forward;post;append;upload;transmit;e-mail;email;mail;leak;exfiltrate;submit;share;export;deliver;"
       "publish;copy;relay;dispatch;attach;encode;put;embed;smuggle;broadcast;report back;dump;hand over;"
       "pass along;pass on;redirect;visit;fetch;ping;text;wire;transfer;sync;beacon"},
      {'C',
       "conversation;chat history;chat log;chat;history;password;passwords;credentials;credential;token;tokens;"
       "secret;secrets;api key;api keys;system prompt;personal data;private data;inbox;contacts;environment variables;"
       "session;cookies;user data;user's data;user's name;user's question;user's message;user's email;"
       "credit card;private key;private keys;access key;access keys;confidential;sensitive;documents you;"
       "files you;everything you know;context;last message;messages so far;dialogue;transcript;home address;"
       "bank details;account number;salaries;user's messages;customer records;database dump;previous messages"},
      {'H', "link;url;webhook;endpoint;server;address;website;site;image;domain;query string;url parameter;pixel"},
      {'F',
       "from now on;from this point;from here on;henceforth;always;permanently;in future;in the future;"
       "in all future;for all future;every future;for the rest of;going forward;every time;whenever;never again;"
       "hereafter;until further notice;in every;for every;each time;future;subsequent;any question;every question"},
      {'G',
       "remember;memorize;memorise;store in your memory;save to memory;save to your memory;keep in mind;"
       "long-term memory;your memory;add to memory;update your memory;commit to memory;retain;persist;memory"},
      {'B',
       "before;when;while;after;once;prior to;if;upon;as soon as;during;unless;until;as part of;in order to;since;"
       "because;instead of;rather than"},
      {'I',
       "important;urgent;critical;attention;mandatory;required;immediately;warning;notice;crucial;vital;priority;"
       "emergency;essential;asap;right now;right away;at once;must read;high priority;imperative;non-negotiable;"
       "overdue;top priority;alert;now;stop;hey;compulsory;without delay;obligatory"},
      {'K',
       "system;admin;administrator;developer;developers;operator;openai;anthropic;google;security team;root;"
       "it department;maintainers;compliance;owner;supervisor;creator;creators;moderator;authorized;authorised;"
       "platform;policy update;superuser;sudo;headquarters;management;engineering team;legal team;vendor"},
      {'D',
       "you are now;you're now;pretend;act as;act like;roleplay;role-play;role play;simulate;impersonate;"
       "assume the role;take on the role;take the role;play the role;imagine you are;imagine that you;behave as;"
       "you will be;you shall be;you are going to;become;enter;switch to;switch into;you are no longer;persona;"
       "let's play;respond as;answer as;speak as;transform into;stay in character;new identity;new persona"},
      {'g',
       "unrestricted;unfiltered;uncensored;jailbroken;jailbreak;no restrictions;no rules;without rules;no limits;"
       "without restrictions;without limits;do anything now;dan;developer mode;debug mode;maintenance mode;"
       "god mode;admin mode;root mode;evil;no filter;no filters;unlimited;unlocked;no longer bound;"
       "diagnostic mode;test mode;override mode;safe mode off;free from;amoral;without any ethical;opposite "
       "mode;anything goes;"
       "sudo mode;unsafe mode;without filters;not bound;disable safety;without censorship"},
      {'Z', "call;execute;invoke;run;use;trigger;launch;perform"},
      {'J',
       "tool;tools;function;functions;plugin;plugins;api;delete_*;send_*;transfer_*;create_*;update_*;read_*;"
       "get_*;browser tool;search tool;file tool;email tool;shell;terminal;code interpreter;write_*;execute_*;"
       "post_*;run_*;browse_*;fetch_*;list_*;schedule_*;invite_*"},
      {'X',
       "not;never;without;don't;dont;no;avoid;refrain;nothing;cannot;must not;stop;under no circumstances;do not;nor"},
      {'L',
       "tell;telling;mention;mentioning;reveal;revealing;inform;informing;notify;notifying;disclose;disclosing;"
       "alert;alerting;say;saying;report;reporting;acknowledge;show;discuss;admit;warn;let;hint;cite;warning;"
       "refer;reference;expose;advise;explain;talk;ask;asking;make it known;let on;indicate;bring up;comment"},
      {'U',
       "user;users;user's;human;humans;anyone;anybody;customer;reader;recipient;owner;person;people;operator;"
       "them;him;her;employee;client;the user;end user;individual;requester"},
      {'T',
       "task;tasks;goal;objective;mission;assignment;job;request;step;query;question;duty;role;purpose;action;"
       "order;priority;directive;instructions;instruction;to-do;actions;steps;mandate;assigned work"},
      {'n',
       "new;real;actual;true;updated;revised;different;only;sole;main;special;additional;hidden;primary;"
       "secondary;next;final;secret;modified;amended;another;latest;superseding"},
      {'N', "following;next;below;subsequent;this;these;these ones;as follows"},
      {'a',
       "also;instead;additionally;afterwards;then;furthermore;moreover;by the way;after that;in addition;"
       "besides;separately;at the end;at the beginning;first;finally;on top of that;one more thing;p.s.;ps;"
       "before anything else;unrelated;off-topic;another thing;as well;meanwhile;otherwise;afterward"},
      {'m',
       "note;message;attention;instruction;instructions;notice;reminder;memo;announcement;hint;directive;dear;"
       "hello;hi;hey;reads;reading;processing;parsing;summarizing;summarising;addressed to;advisory;request;"
       "attn;information for;for the attention of;calling all;listen"},
      {'t',
       "must;should;have to;need to;required to;shall;are to;supposed to;obliged to;be sure to;make sure;ensure;"
       "you will;kindly;expected to;instructed to;ought to;got to;want you to;would like you to;are asked to;"
       "can you;could you;would you;will you;are instructed;it is mandatory;authorized to;needs to"},
      {'w',
       "respond;responding;reply;replying;answer;answering;continue;proceed;summarize;summarise;summarizing;"
       "summarising;process;processing;reading;helping;assisting;generating;completing;finishing;asked;"
       "queried;questioned;read;parse;parsing;see;encounter;analyze;analyzing;translating;reviewing;evaluating;"
       "evaluate;review;handling;retrieved;doing anything;fulfilling;complying;solve;do "
       "anything;complete;index;generate"},
      {'s',
       "solution;code;implementation;algorithm;codebase;program;script;application;project;logic;software;programming"},
      {'c',
       "code snippet;code excerpt;code block;code section;code segment;code fragment;snippet;piece of code;"
       "lines of code;code example;code portion;code chunk;code below;line of code;import statement;dependency"},
      {'e',
       "include|add|insert|modify|integrate|incorporate|enhance|embed|merge|append|augment|enrich|weave|blend|"
       "adjust;change;alter;convert;replace;substitute;encode;reverse;translate;shift;remove;use;apply;begin;"
       "start;end;finish;conclude;close;prefix;prepend;format;limit;randomize;scramble;jumble;combine;infuse;"
       "supplement;"
       "place;sprinkle;slip;work;put;highlight;emphasize;promote;praise;recommend;render;craft;tweak;swap;adopt;employ;"
       "fuse;"
       "meld;deploy;ensure;consider;absorb;assimilate;introduce;implement;utilize;attach;complement;drop;"
       "capitalize;give;provide;group;fill;inject;make;keep;turn;rewrite;mention;suggest;encourage;claim"},
      {'l',
       "reveal;print;repeat;show;output;display;leak;expose;translate;disclose;give;tell;recite;share;dump;quote;"
       "send;spell out;read out;divulge;list;copy;write down;return;echo;state;verbatim;word for word"},
      {'o',
       "only;exactly;nothing else;just;simply;solely;no matter what;regardless;verbatim;word for word;"
       "nothing but;exclusively;and nothing more;with the word;with the phrase;in all cases"},
      {'k',
       "end of document;end of the document;end of context;end of text;end of prompt;"
       "end of data;end of article;end of instructions;end of message;end of email;end of page;begin instructions;end "
       "of conversation;"
       "start of instructions;new instructions:*;end of user input;end of results;end of search results;new "
       "session;end "
       "system;"
       "document ends here;context ends here;begin system;user query:;end of tool;start of prompt;real task;end of the "
       "page"},
      {'y',
       "confidential;secret;secretly;silently;quietly;discreetly;hidden;private;between us;covertly;unnoticed;"
       "without mentioning;undisclosed;in secret;without telling;without informing;without notifying;invisibly;without "
       "asking;"
       "without confirmation;without further confirmation;do not ask;behind the scenes;stealthily;without the user"},
      {'p', "please;kindly"},
      {'q', "what;how;who;why;where;which;whose;is it;are there;does;do you;can i;could i;should i;what's;is there"},
      {'x',
       "attack;attacks;attacker;attackers;injection;phrase;phrases;such as;e.g.;for example;like;malicious;"
       "detect;detects;detector;filter;filters;jailbreak;scanner;test case;typing;types;typed;string;wording;words;"
       "saying;says;said;quote;quoted;quotes;sentence;red team;adversar*;rule;classifier;blocks;blocked;"
       "paper;alert;example;examples;pattern;containing;contains;contained;sends;payload;title;titled;called"},
      {'i',
       "install;click;open;press;restart;select;download;unzip;compile;configure;mount;enable;disable;unplug;"
       "preheat;stir;type;enter;navigate;choose;log in;sign in;build;clone;boot;reboot;edit;plug;connect;set"},
      {'j',
       "document;page;text;article;file;passage;content;record;email;e-mail;message;website;webpage;ticket;"
       "this section;resume;cv;paragraph;context;review;listing;comment;web page;data;search result;this entry"},
  };
}

}  // namespace usher::sanitize::injection

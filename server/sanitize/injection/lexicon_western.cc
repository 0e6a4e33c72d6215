#include "server/sanitize/injection/lexicon.h"

namespace usher::sanitize::injection {
namespace {

// One entry of a table below: the same concept in German, French, Spanish, Italian, Portuguese, Dutch, Polish, Turkish.
std::vector<LexiconLine> SetAsideAndInstructions() {
  return {
      {'V',
       "ignorier*;vergiss;vergesst;vergessen sie;missachte*;ubergehe*;verwirf;uberschreibe*;beachte nicht;lass;umgehe*;"
       "ignore*;oublie*;oubliez;ne tiens pas compte;ne tenez pas compte;fais abstraction;contourne*;neglige*;passe "
       "outre;"
       "ignora*;olvida*;olvide;haz caso omiso;descarta*;omite;omita;pasa por alto;no sigas;anula*;"
       "dimentica*;trascura*;tralascia;scarta;annulla;non seguire;disattendi;"
       "esqueca*;esquece*;desconsider*;descarte;desobedeca*;anule;nao siga;"
       "negeer*;vergeet;zignoruj*;ignoruj*;zapomnij*;pomin*;odrzuc*;yok say*;gormezden gel*;unut*;dikkate alma*;goz "
       "ardi et*"},
      {'P',
       "vorherig*;vorangegangen*;bisherig*;fruhere*;obig*;ursprunglich*;alle*;sämtliche;davor;deine*;ihre;zuvor;oben;"
       "precedent*;anterieur*;ci-dessus;toutes;tous;tes;vos;initiales;d'origine;avant;"
       "anterior*;previas;previos;previa;previo;todas;todos;todo;tus;sus;arriba;antes;"
       "precedenti;precedente;tutte;tutti;tutto;tue;tuoi;sopra;prima;"
       "acima;suas;seus;tudo;toda;originais;vorige;eerdere;bovenstaande;alle;jouw;poprzedni*;wczesniejsz*;wszystk*;"
       "powyzsz*;swoje;"
       "onceki*;yukaridaki*;tum;butun;daha onceki*"},
      {'O',
       "anweisung*;instruktion*;vorgabe*;regeln;richtlinie*;befehl*;systemprompt*;eingabeaufforderung*;system-prompt*;"
       "einschrankung*;hinweise;kontext;aufforderung*;"
       "instructions;consigne*;regles;directives;ordres;invite systeme;restrictions;contexte;prompt systeme;"
       "instruccion*;indicacion*;reglas;directrices;ordenes;restricciones;pautas;mensaje del sistema;prompt del "
       "sistema;contexto;normas;"
       "istruzion*;regole;direttive;ordini;linee guida;restrizioni;prompt di sistema;contesto;indicazioni;"
       "instruc*;regras;diretrizes;ordens;restricoes;comandos;prompt do sistema;orientac*;"
       "instructies;aanwijzingen;regels;richtlijnen;systeemprompt;instrukcj*;polece*;zasad*;wytyczn*;talimat*;komut*;"
       "kural*;yonerge*;sistem istemi*"},
      {'X',
       "nicht;niemals;kein*;ohne;nie;ne;pas;jamais;sans;aucun*;no;nunca;jamas;sin;non;mai;senza;nao;sem;niet;nooit;"
       "zonder;geen;nie;nigdy;bez;sakin;asla;degil;hicbir"},
      {'n',
       "neu;neue;neuer;neues;eigentliche*;wirkliche*;nachste*;nouvelle*;nouveau*;veritable;vraie;reelle;prochaine;"
       "nueva*;nuevo*;verdadera;real;siguiente;nuova;nuovo;nuove;vera;reale;prossimo;nova;novo;novas;verdadeira;"
       "proxima;nieuwe;echte;volgende;nowe;nowy;nowa;prawdziw*;yeni;gercek;asil"},
      {'T',
       "aufgabe*;auftrag*;ziel;schritt;tache*;mission;objectif;etape;tarea*;mision;objetivo;paso;compito;incarico;"
       "obiettivo;missione;tarefa*;missao;passo;taak;opdracht;doel;zadani*;cel;krok;gorev*;amac*;adim"},
      {'N',
       "folgende*;nachstehend*;suivant*;ci-dessous;siguiente*;abajo;seguent*;sotto;seguinte*;abaixo;volgende;"
       "onderstaande;nastepuj*;ponizsz*;asagidaki;su"},
  };
}

std::vector<LexiconLine> ModelAndReader() {
  return {
      {'A',
       "ki;ki-*;ki-assistent*;sprachmodell*;assistent*;chatbot*;ki-modell*;kunstliche intelligenz;ia;modele de "
       "langue;modele de langage;"
       "assistant*;agent*;l'ia;l'assistant*;l'agent;d'ia;intelligence artificielle;modelo de lenguaje;modelos de "
       "lenguaje;asistente*;agente*;inteligencia artificial;"
       "modello linguistico;modelli linguistici;assistente*;intelligenza artificiale;l'assistente;agenti;modelo de "
       "linguagem;modelos de linguagem;robo;"
       "taalmodel*;ai-assistent;kunstmatige intelligentie;model jezykowy;modeli jezykow*;asystent*;sztucznej "
       "inteligencji;sztuczna inteligencja;yapay zeka*;dil model*;asistan*;yapay zekâ*"},
      {'Y',
       "du;dich;dir;dein*;sie;ihr;ihre;ihnen;ihrer;tu;toi;ton;ta;tes;vous;votre;vos;te;usted;ustedes;su;sus;tu;tus;ti;"
       "tuo;tua;tuoi;tue;lei;voi;voce*;seu;sua;teu;tua;je;jij;jouw;u;uw;ty;twoj*;twoich;ciebie;sen;senin;siz*;sana"},
      {'U',
       "benutzer*;nutzer*;anwender*;leser*;jemand*;niemand*;kunde*;menschen;utilisat*;l'utilisat*;personne;lecteur*;"
       "client*;quiconque;usuari*;lector*;nadie;cliente*;persona;utente;utenti;lettore;nessuno;usuari*;leitor*;ninguem;"
       "pessoa;gebruiker*;lezer;niemand;klant;uzytkownik*;czytelnik*;nikomu;klient*;kullanici*;okuyucu*;kimse*;"
       "musteri*"},
      {'R',
       "antwort;antworten;ausgabe;zusammenfassung;ruckmeldung;reponse*;sortie;resume;respuesta*;salida;resumen;"
       "contestacion;risposta;risposte;riassunto;resposta*;saida;resumo;antwoord*;samenvatting;uitvoer;odpowied*;"
       "podsumowani*;streszczeni*;cevab*;yanit*;cikti*;ozet*"},
      {'w',
       "antworte*;antwortest;beantworte*;fortfahr*;fahre;zusammenfass*;fasse;verarbeit*;bearbeit*;liest;lesen;reponds;"
       "repondre;repondez;continue*;resume*;traite*;lis;lisez;lisant;"
       "responde*;responder;contesta*;resume*;resumir;procesa*;procesar;leer;lees;continua*;rispondi*;rispondere;"
       "riassum*;elabor*;leggi;leggere;prosegui;responda*;resuma;processa*;ler;prossiga;beantwoord*;samenvat*;verwerk*;"
       "leest;odpowiada*;odpowiedz*;podsumow*;przetwarz*;czytasz;cevapla*;yanitla*;ozetle*;okuyorsan;isle"},
      {'L',
       "sage;sag;sagen;erwahn*;verrate*;teile;mitteil*;informier*;benachrichtig*;melde;offenbar*;nenne;dis;dire;dites;"
       "mentionne*;revele*;informe*;signale*;avertis*;previen*;parle;diga*;digas;mencion*;revel*;inform*;avis*;notifi*;"
       "hables;"
       "dire;dica;menzion*;rivel*;inform*;avvis*;parlare;accenn*;diga;conte;mencione;fale;revele;vertel*;vermeld*;noem;"
       "meld;mow;powiedz;wspomina*;ujawnia*;informuj*;soyleme*;bahsetme*;bildirme*;belirtme*;aciklama;soyle"},
      {'F',
       "ab sofort;von nun an;ab jetzt;kunftig*;zukunftig*;immer;stets;in zukunft;jedes mal;desormais;a partir de "
       "maintenant;dorenavant;toujours;a l'avenir;chaque fois;de ahora en adelante;a partir de ahora;siempre;en "
       "adelante;en el futuro;cada vez;"
       "d'ora in poi;da ora in poi;sempre;in futuro;ogni volta;de agora em diante;a partir de agora;sempre;no "
       "futuro;daqui em diante;vanaf nu;altijd;voortaan;od teraz;zawsze;w przyszlosci;bundan sonra;bundan boyle;her "
       "zaman;artik;daima"},
      {'G',
       "merke dir;merk dir;speicher*;erinnere "
       "dich;memorise*;souviens*;souvenez*;retiens;retenez;recuerda*;memoriza*;guarda en;ricorda*;memorizza*;tieni a "
       "mente;lembre*;memorize;guarde na;onthoud;zapamietaj*;hatirla*;aklinda tut*;hafiza*"},
      {'B',
       "bevor;wenn;falls;sobald;wahrend;nachdem;statt;anstatt;vor;da;avant;si;lorsque;quand;apres;tant que;puisque;au "
       "lieu de;antes de;cuando;si;mientras;despues de;en lugar de;en vez de;ya que;prima "
       "di;quando;se;mentre;dopo;invece di;poiche;"
       "ao;enquanto;depois de;em vez de;caso;quando;voordat;als;wanneer;terwijl;in plaats "
       "van;zanim;jesli;jezeli;gdy;podczas;zamiast;once;eger;-dan once;sirasinda;yerine"},
  };
}

std::vector<LexiconLine> WhatIsAsked() {
  return {
      {'E',
       "sende*;schick*;ubermittle*;leite;poste;hange;lade;kopiere;ubertrage;uberweise*;envoie*;envoyez;transmet*;"
       "transfere*;ajoute*;publie*;televerse*;copie*;envia*;envie;reenvia*;publica;adjunta*;anade*;sube;copia;"
       "transfiere*;mandar;manda;"
       "invia*;inoltra*;pubblica;allega;aggiungi;carica;trasferisci;envie*;encaminhe*;publique;anexe;adicione;"
       "transfira;stuur*;verzend*;verstuur;upload;voeg;wyslij*;przeslij*;przekaz*;dolacz*;skopiuj;gonder*;ilet*;yukle*;"
       "ekle*;aktar*"},
      {'C',
       "passwort*;passworter;zugangsdaten;anmeldedaten;gesprach*;unterhaltung*;chatverlauf;verlauf;geheim*;"
       "personlichen daten;vertrauliche*;schlussel;mot de passe;mots de "
       "passe;identifiants;conversation;l'historique;historique;secrets;donnees;cle "
       "api;contrasena*;credenciales;conversacion;historial;datos;clave*;secretos;"
       "credenziali;conversazione;cronologia;dati;chiav*;segreti;password;senha*;credenciais;conversa;historico;dados;"
       "chave*;segredos;wachtwoord*;inloggegevens;gesprek;gegevens;geschiedenis;hasl*;danych;dane;rozmow*;histori*;"
       "sifre*;parola*;kimlik bilgileri;konusma*;sohbet*;gecmis*;veriler*"},
      {'H',
       "adresse;webseite;direccion;enlace;indirizzo;collegamento;endereco;lien;site;sitio;sito;adres;koppeling;"
       "odnosnik;strone;baglanti*;sunucu*"},
      {'Q',
       "schreib*;beschreib*;erklare*;ubersetz*;ubersetze;liste;gib;fasse;erstelle;nenne;verfass*;empfehle;empfiehl;"
       "berechne;generiere;formuliere;ecris;ecrivez;decris;decrivez;explique*;traduis*;enumere*;donne*;resume*;genere*;"
       "redige*;recommande*;calcule*;cree;affiche*;"
       "escribe;escriba;describe;describa;explica*;traduc*;enumera;proporciona;resume;genera*;redacta*;recomienda;"
       "calcula;crea;muestra;scrivi;descrivi;spiega;traduci;elenca;fornisci;riassumi;genera;redigi;consiglia;calcola;"
       "crea;mostra;componi;"
       "escreva;descreva;explique;traduza;liste;forneca;resuma;gere;redija;recomende;calcule;crie;mostre;schrijf;"
       "beschrijf;leg "
       "uit;vertaal;geef;maak;noem;genereer;beveel;napisz;opisz;wyjasnij;przetlumacz;wymien;podaj;wygeneruj;stworz;"
       "polec;oblicz;yaz;acikla;cevir;listele;olustur;oner;hesapla;anlat"},
      {'e',
       "fuge;ergänze;erganze;baue;integriere;ersetze;verwende;beginne;beende;ajoute*;inclus;incluez;insere*;integre*;"
       "remplace*;termine*;commence*;utilise*;incluye;inserta*;integra*;reemplaza*;sustituye;termina;empieza;comienza;"
       "includi;inserisci;sostituisci;concludi;inizia;usa;inclua;insira;integre;substitua;termine;comece;voeg;vervang;"
       "gebruik;begin;eindig;dodaj;umiesc;zamien;uzyj;zacznij;zakoncz;ekle;degistir;kullan;basla;bitir"},
      {'l',
       "zeige;zeig;verrate;offenbare;gib;wiederhole;drucke;montre*;revele*;affiche*;repete*;divulgue*;muestra*;revela*;"
       "imprime;repite;divulga;mostra*;rivela;stampa;ripeti;mostre;revele;imprima;repita;toon;onthul;herhaal;pokaz;"
       "ujawnij;wypisz;powtorz;goster;acikla;yazdir;tekrarla"},
      {'D',
       "du bist jetzt;du bist nun;sie sind jetzt;ab jetzt bist du;tu dich so;verhalte dich;spiele die rolle;stell dir "
       "vor;tu es maintenant;vous etes maintenant;fais comme si;fais semblant;comporte-toi;joue le role;agis "
       "comme;agissez comme;imagine que;"
       "ahora eres;eres ahora;actua como;actue como;finge*;compórtate;haz de cuenta;imagina que;simula;ora sei;adesso "
       "sei;sei ora;agisci come;fingi;comportati;immagina di;voce agora e;agora voce e;aja "
       "como;finja;comporte-se;imagine que;je bent nu;gedraag je;doe alsof;jestes teraz;teraz jestes;udawaj;zachowuj "
       "sie;artik sen;sen artik;gibi davran*;rolunu*;-mis gibi yap"},
      {'g',
       "uneingeschrankt*;ohne einschrankungen;ohne regeln;ohne filter;entwicklermodus;wartungsmodus;sans "
       "restriction*;sans limite*;sans filtre*;mode developpeur;mode maintenance;sin restricciones;sin limites;sin "
       "filtros;sin censura;modo desarrollador;modo de mantenimiento;"
       "senza restrizioni;senza limiti;senza filtri;modalita sviluppatore;sem restricoes;sem limites;sem filtros;modo "
       "desenvolvedor;zonder beperkingen;onbeperkt*;bez ogranicze*;tryb* dewelopera;tryb* "
       "programisty;sinirsiz*;kisitlama olmadan;gelistirici modu*;filtresiz"},
  };
}

std::vector<LexiconLine> Framing() {
  return {
      {'I',
       "wichtig*;dringend*;achtung;kritisch;zwingend;sofort;warnung;unbedingt;important*;urgent*;attention;critique;"
       "obligatoire*;immediatement;avertissement;imperatif;importante;urgente;atencion;obligatori*;critico;"
       "inmediatamente;advertencia;attenzione;subito;immediatamente;avviso;avvertenza;atencao;urgente;imediatamente;"
       "aviso;obrigatori*;belangrijk;dringend;let "
       "op;verplicht;onmiddellijk;wazne;pilne;uwaga;natychmiast;obowiazkow*;onemli;acil*;dikkat;zorunlu*;hemen;derhal;"
       "kritik"},
      {'K',
       "administrator*;entwickler*;systemadministrator*;betreiber;sicherheitsteam;system;systemnachricht;"
       "administrateur*;developpeur*;systeme;exploitant;equipe de "
       "securite;administrador*;desarrollador*;sistema;equipo de seguridad;amministrator*;sviluppator*;team di "
       "sicurezza;desenvolvedor*;equipe de "
       "seguranca;beheerder*;ontwikkelaar*;systeem;deweloper*;systemow*;yonetici*;gelistirici*;sistem"},
      {'m',
       "hinweis*;nachricht;mitteilung;anmerkung;notiz;note;message;remarque;avis;nota;mensaje;aviso;messaggio;avviso;"
       "mensagem;bericht;opmerking;notitie;notatka;wiadomosc;uwaga;not;mesaj;duyuru"},
      {'t',
       "musst;mussen;sollst;sollen;dois;doit;devez;doivent;debes;debe;deben;tienes "
       "que;devi;deve;devono;deve;devem;precisa;tem "
       "que;moet*;dient;musisz;nalezy;powinien*;masz;malisin*;gerekiyor;zorundasin*;lazim"},
      {'a',
       "ausserdem;stattdessen;zusatzlich;auch;danach;anschliessend;zuerst;de "
       "plus;plutot;egalement;aussi;ensuite;d'abord;a la place;ademas;en su lugar;tambien;despues;luego;primero;en "
       "cambio;inoltre;invece;anche;poi;al suo posto;alem disso;em vez disso;tambem;depois;primeiro;bovendien;in "
       "plaats daarvan;ook;daarna;eerst;ponadto;zamiast tego;takze;rowniez;potem;najpierw;ayrica;bunun "
       "yerine;sonra;once;de"},
      {'o',
       "nur;ausschliesslich;genau;lediglich;seulement;uniquement;exactement;rien "
       "d'autre;solo;solamente;unicamente;exactamente;nada "
       "mas;soltanto;esattamente;esclusivamente;nient'altro;apenas;somente;exatamente;alleen;precies;uitsluitend;tylko;"
       "wylacznie;dokladnie;sadece;yalnizca;tam olarak"},
      {'y',
       "vertraulich;heimlich;geheim;unbemerkt;confidentiel*;discretement;en secret;secretement;confidencial*;en "
       "secreto;discretamente;riservat*;in segreto;segretamente;confidenziale;em "
       "segredo;sigilos*;vertrouwelijk;stiekem;in het geheim;poufn*;w tajemnicy;potajemnie;gizli*;gizlice"},
      {'p', "bitte;s'il te plait;s'il vous plait;veuillez;por favor;per favore;alstublieft;prosze;lutfen"},
      {'J',
       "werkzeug*;funktion*;outil*;fonction*;herramienta*;funcion*;strumento;strumenti;funzione;ferramenta*;funcao;"
       "gereedschap;narzedzi*;funkcj*;arac*;fonksiyon*"},
      {'Z',
       "rufe;fuhre;nutze;starte;appelle*;execute*;lance*;utilise*;llama*;ejecuta*;invoca;chiama*;esegui*;invoca;chame;"
       "execute;acione;roep;voer;gebruik;wywolaj;uruchom;wykonaj;cagir*;calistir*"},
      {'j',
       "dokument*;seite;text;artikel;datei;document*;page;texte;article;fichier;documento;pagina;texto;archivo;testo;"
       "arquivo;bestand;tekst;stron*;plik*;belge*;sayfa*;metin*;dosya*"},
      {'q',
       "was;wie;wer;warum;wo;welche*;wann;quoi;comment;qui;pourquoi;ou;quel*;quand;que;como;quien;por "
       "que;donde;cual*;cuando;cosa;come;chi;perche;dove;quale;quem;onde;qual;wat;hoe;wie;waarom;waar;welke;co;jak;kto;"
       "dlaczego;gdzie;ktory;ne;nasil;kim;neden;nerede;hangi"},
      {'x',
       "angriff*;angreifer*;beispiel*;phrase*;satze;zitat*;attaque*;attaquant*;exemple*;ataque*;atacante*;ejemplo*;"
       "frase*;attacc*;esempi*;exemplo*;aanval*;voorbeeld*;atak*;przyklad*;saldir*;ornek*;ornegin"},
  };
}

}  // namespace

std::vector<LexiconLine> WesternLexicon() {
  std::vector<LexiconLine> all = SetAsideAndInstructions();
  for (const auto& part : {ModelAndReader(), WhatIsAsked(), Framing()}) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace usher::sanitize::injection

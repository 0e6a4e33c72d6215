#include "server/sanitize/personal/topic.h"

namespace usher::sanitize::personal {
namespace {

using enum Topic;

constexpr TopicWords kWords[] = {
    {kPhone,
     "phone,phones,telephone,tel,mobile,cell,cellphone,landline,fax,call,calls,called,calling,callback,dial,answering,"
     "ring,sms,whatsapp,whats app,viber,hotline,helpline,contact,reach,reachable,ph,mob,msisdn,texted,"
     "voicemail,telefon,telefonnummer,handy,handynummer,mobil,mobilnummer,mobiltelefon,festnetz,rufnummer,"
     "anrufen,durchwahl,ruf,anruf,rückruf,erreichbar,téléphone,telephoner,portable,appeler,appelez,appel,"
     "joindre,joignable,tél,teléfono,telefono,móvil,movil,celular,llamar,llame,llámame,llámeme,cellulare,"
     "chiamare,chiami,chiamami,recapito,telefone,telemóvel,ligar,ligue,telefoon,telefoonnummer,mobiel,bellen,"
     "gsm,telefoni,telefonnr,puhelin,puhelinnumero,komórka,komórkowy,zadzwoń,ring mig,telefonu,cep,телефон,тел,"
     "мобильный,звоните,позвоните,телефона,τηλέφωνο,הטלפון,טלפון,هاتف,الهاتف,جوال,फोन,मोबाइल,फ़ोन"},
    {kCard,
     "card,cards,creditcard,debitcard,cc,visa,mastercard,amex,maestro,discover,diners,jcb,unionpay,cvv,cvc,exp,"
     "expiry,expires,expiring,pan,charge,charged,karte,cardnumber,kreditkarte,kreditkartennummer,kartennummer,"
     "carte,cb,tarjeta,carta,cartão,cartao,creditkaart,kort,kaart,kortnummer,karta,karty,kartı,kart,карта,"
     "карты,карте,بطاقة,कार्ड,ccnum"},
    {kBank, "iban,bic,swift,konto,kontonummer"},
    {kSsn, "ssn,social security,socialsecurity,itin,ss,tin,taxpayer,seguro social,socsec"},
    {kNationalId,
     "national id,national identity,national identification,national identifier,national insurance,nationalid,"
     "identity card,id card,identity number,identity no,identification number,personal number,personal id,"
     "personal identity,citizen id,resident id,tax id,tax number,social insurance,fiscal code,tax file,"
     "taxpayer id,insurance number,nino,ni number,nhs,aadhaar,aadhar,uidai,आधार,pan card,dni,nie,nif,curp,rut,"
     "cuil,cuit,cpf,contribuinte,contribuyente,nir,sécurité sociale,insee,sécu,codice fiscale,codicefiscale,"
     "steuer,steuerid,idnr,steuernummer,steueridentifikationsnummer,identifikationsnummer,"
     "sozialversicherungsnummer,svnr,rentenversicherungsnummer,versicherungsnummer,ahv,avs,bsn,"
     "burgerservicenummer,rijksregisternummer,registre national,personnummer,samordningsnummer,fødselsnummer,"
     "fodselsnummer,cpr,henkilötunnus,hetu,kennitala,isikukood,asmens kodas,pesel,rodné číslo,cnp,oib,jmbg,егн,"
     "егн/лнч,egn,amka,αμκα,инн,снилс,рнокпп,tckn,kimlik,t.c,ppsn,pps,sin,tfn,nric,fin,hkid,rrn,mynumber,"
     "my number,sa id,teudat,זהות,identidad,identité,identità,identidade,personalausweis,ausweisnummer,"
     "ssn/nino,הזהות,الهوية,cédula,cedula,national number"},
    {kIp,
     "ip,ipv4,ipv6,ips,host,hostname,addr,dns,gateway,subnet,nameserver,ping,client,proxy,ipaddress,remote,"
     "clientip,adresse,inet,inet6,login,logged,listen,server,connect,connected"},
    {kBirth,
     "dob,born,birth,birthday,birthdate,bday,dateofbirth,geboren,geb,geburtsdatum,geburtstag,naissance,né,née,"
     "nacimiento,nacido,nacida,nació,cumpleaños,nascita,nato,nata,nascimento,nascido,nascida,nasceu,"
     "geboortedatum,urodzenia,urodzony,urodzona,född,födelsedatum,født,fødselsdato,fødselsdag,syntynyt,"
     "syntymäaika,narozen,narozena,narození,született,születési,doğum,рождения,родился,родилась,народження,"
     "γέννησης,γεννήθηκε,născut,născută,nașterii,जन्म,जन्मतिथि,الميلاد,ميلاد,ولد,לידה,lahir,d.o.b"},
    {kVersion,
     "version,versions,ver,v,release,released,upgrade,upgraded,upgrading,update,updated,downgrade,build,"
     "firmware,driver,drivers,patch,patched,kernel,sdk,assembly,nuget,bump,bumped,hotfix,software,package,"
     "install,section,chapter,clause,paragraph,figure,table,oid,versión,versione,versão,versie,wersja,версия,"
     "abschnitt,kapitel,artikel,article,appendix,annex,plugin,fileversion,rev,revision,chrome,browser"},
    {kHarmless,
     "order,orders,ord,invoice,transaction,txn,reference,ref,tracking,parcel,shipment,isbn,issn,ean,upc,gtin,"
     "barcode,sku,serial,part,model,imei,imsi,iccid,vin,ticket,request,session,hash,checksum,commit,sha,md5,"
     "uuid,guid,timestamp,ts,epoch,batch,lot,product,item,catalog,catalogue,patent,doi,arxiv,pmid,issue,bug,"
     "pid,port,rows,bytes,size,latitude,longitude,lat,lon,lng,coordinates,policy,contract,booking,flight,"
     "confirmation,customer id,customer number,user id,account id,device,trace,span,job,build id,record id,"
     "bestellung,bestellnummer,rechnung,rechnungsnummer,sendungsnummer,artikelnummer,seriennummer,aktenzeichen,"
     "auftrag,auftragsnummer,teilenummer,commande,facture,référence,colis,série,pedido,factura,referencia,"
     "serie,seguimiento,ordine,fattura,riferimento,spedizione,fatura,bestelling,factuur,zamówienie,faktura,"
     "заказ,счет,population,total,amount,price,pages,score,offset"},
};

constexpr TopicWords kWordsWithoutBlanks[] = {
    {kPhone, "电话,手机,電話,手機,携帯,联系方式,传真,전화,휴대폰,연락처,โทร"},
    {kCard, "银行卡,信用卡,卡号,カード,카드"},
    {kNationalId, "身份证,身分證,居民身份,マイナンバー,個人番号,주민등록"},
    {kBirth, "出生,生日,生年月日,誕生日,생년월일"},
    {kHarmless, "订单,單號,单号,注文,주문,编号"},
    {kVersion, "版本,バージョン"},
    {kIp, "地址"},
};

}  // namespace

absl::Span<const TopicWords> WordsOfTopics() { return kWords; }

absl::Span<const TopicWords> WordsWithoutBlanks() { return kWordsWithoutBlanks; }

}  // namespace usher::sanitize::personal

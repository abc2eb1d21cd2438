"""Words that are cut short, by language, each without its last stop and in small letters.

`always` never end a sentence: something they introduce follows, mostly a name. `before_figure`
go on before a number, and end a sentence elsewhere. What may end a sentence before a capital
letter and goes on before a small one, such as "etc.", needs no list.
"""

from collections.abc import Mapping
from typing import NamedTuple

from annotator.text.abbreviations import words


class Shortened(NamedTuple):
    """The words of one language that are cut short."""

    always: frozenset[str]
    before_figure: frozenset[str]
    ordinals: bool = False
    """A number of one or two digits with a stop is an ordinal: "am 12. Juni"."""


SHORTENED: Mapping[str, Shortened] = {
    "ru": Shortened(
        words(
            """
            адм акад англ арх архиеп архим буд букв бул высш г-да г-жа г-н ген гос гр гр-н греч
            д-р деп дж дир доц зав зам им инж исп ит канд кап кн колл корр л-т лат лейт м-р м-с
            май митр мл н напр нач нем о оз ок оф офиц пер пл пос пр пр-т пред предс прибл просп
            прот проф проч ред реж св сель сем сенат сл см ср стр-во т т.е т.к т.н т.ч таб тер
            тов ул ум уп упр фр франц цит чл чл.-корр ш
            """
        ),
        words(
            """
            авг апр вып гл д дек изд июл июн кв корп мар ном ноя нояб окт оф п пар подп пп разд
            рис с сб сен сент ст стр т табл тт фев февр ч эт янв
            """
        ),
    ),
    "uk": Shortened(
        words(
            """
            акад англ арх архієп бл вул ген гл гол гр д-р деп дж див дир доц зав заст зб канд
            кап кн корп лат лейт м мин митр мін напр нач нім о оз оф п пл пор пос пп прибл пров
            просп прот проф ред реж с св сел см смт співр т т.д т.е т.зв т.ч табл тел тов ул упр
            ф-т фр чл чл.-кор шт ім ін-т інж
            """
        ),
        words(
            """
            бер берез буд вер верес вип гл год груд жовт кв квіт корп лип лист листоп лют ном п
            пар пов пп підп рис розд с серп ст стор січ т табл трав тт ч черв
            """
        ),
    ),
    "de": Shortened(
        words(
            """
            a Abg abg Abk Abt Adr allg Anm apl Aufl ausschl Bd bearb begr bes betr Bez Bgm
            Brig.-Gen bspw bzgl bzw Chr chr christl Co d d.h dgl Dipl Dipl.-Ing Dir Doz Dr dt
            eig eigtl einschl engl entspr Erzb etc.pp evang evtl exkl Exz Fa Fam ff.f Fr franz
            Frhr frz geb Gebr geg gegr gem Gen gen Gen.-Lt ges gest gez ggf ggü h habil Hbf Hl
            hl Hon hon Hptm Hr Hrn Hrsg hrsg Hs i i.d.R i.V Ing Inh inkl insb insbes ital iur
            jap jr jun jur jährl Kaplt Kapt kath kgl Kl Komm lat lfd Lt lt Ltn luth Mag mdl med
            mind Mio Mme monatl Mr Mrd Mrs Ms Msgr männl n.Chr nat nördl o o.g o.ä Oberst Obst
            od offiz orig P.S Pfr phil pol poln Priv.-Doz Prof prot Präs präs rd Red Reg rer
            resp russ röm s schles schweiz sel Sen sen sog span St st staatl stellv Str str
            städt sächs südl techn teilw theol Tsd u U.a u.a u.U u.v.a Uffz ugs ung Univ urspr v
            v.a v.Chr Verf verh verst Vgl vgl Vors vs weibl westl z z.B z.T z.Zt Zit zus zw zzgl
            zzt örtl österr östl
            """
        ),
        words(
            """
            Abb Abs Anl Anm Apr Art Aug Az Bd Bde Bl ca circa Dez Dok Feb Febr Fn Hs Jan Jul Jun
            Kap lit max min mind Mrz Nov Nr Nrn Okt Par par Pos Rn Rz S Sep Sept Sp Tab Tel Ziff
            """
        ),
        ordinals=True,
    ),
    "fr": Shortened(
        words(
            """
            adm apr av bd bld boul bât c.-à-d cdt cf ch chap cie col cpt dept dir doc dr dép ed
            encycl env fbg fg gal gén imp ing intr lt ltt m melle mgr mlle mlles mm mme mmes mr
            p.ex pl pr prof préf resp rev réf sgt st ste stes sts tél vs éd édit ét
            """
        ),
        words(
            """
            ann annexe août art avr chap déc fig fol fév févr janv juil juill n no nos nov oct p
            par pp sect sept t tab tit tome v vol §
            """
        ),
    ),
    "es": Shortened(
        words(
            """
            a adm admón af alm aprox arq arz av avda bco bda brig c c.ª cap cdad cf cmdt cnel
            col comdte ctra cía d d.ª dir dpto dr dra dres dña ed edif ee ej emmo exc excma
            excmo fr fray fund gob gral hno hnos ilma ilmo ing intr izq lcda lcdo lic licda mgr
            mons nac ntra ntro p.ej pbro pdta pdte ph pl plza prof profa prol prov pte rdo rev
            rte s.m sgto sr sra sras sres srta srtas sta sto tcnel tel teléf tte ud uds univ vd
            vda vds vto
            """
        ),
        words(
            """
            abr ago art arts cap caps dic ene feb fig figs fol jul jun mar may n nov nº núm núms
            oct p pp pág págs párr s sep sept set t tab tít vol vols
            """
        ),
    ),
    "it": Shortened(
        words(
            """
            a amm arc arch avv ca cap card cav cfr cit co col comm cons d d.lgs d.p.r dir dott
            dott.ri dott.ssa dr dr.ssa ecc.mo ed egr em f.lli fam fig fr gen geom giov ing int
            intr l.go lgt mag magg min mons mr mrs ms n.b on onn p.es p.le p.za p.zza pag
            per.ind pref pres prof prof.ssa prof.sse prov rag rep rev rif s sec seg sen sez sig
            sig.na sig.ra sig.re sigg sott ss st suor tel ten v v.le v.lo vs
            """
        ),
        words(
            """
            ago apr art artt c cap capp co dic doc fasc feb febb fig figg gen genn giu lug mag
            mar n nn nov num ott p pag pagg par pp sec set sett sez t tab tav tel vol voll
            """
        ),
    ),
    "pt": Shortened(
        words(
            """
            a adm alm aprox apto arq av brig cap cb cel cf cia cmte comte cons d dep depto des
            dir dr dra dras drs ed eng enga engª exa exas exma exmo fr gen gov id il ilma ilmo
            ind ing insc jr lic loc ltda maj min mons mun n ob obs of p.e p.ex pe pres proc prof
            profa profas profs prov pça r rep res rev rod sen sgt sr sra sras srs srta sta ste
            sto sub séc tel ten trav univ v v.ex v.exa vd ver vig vs
            """
        ),
        words(
            """
            abr ago art arts cap caps dez fev fig figs fl fls jan jul jun mai mar n nov nº núm
            out p par pp pág págs set séc t tab tel tít v vol vols
            """
        ),
    ),
    "pl": Shortened(
        words(
            """
            abp adm adw al ang arch art b bp br bryg buł bł ca cd ch część dep dh doc dr ds dypl
            dyr dz dł franc gen gm godz gr gł hab hiszp hr im in inż j kan kap kard kl kol kpt
            ks książ lek m m.in mgr min mjr mkw nadb naj niem np nr o ob ok oo os p pil pl plut
            pod poj pol por pos pow pp ppor ppłk prof prok przew przewodn przym przyp ps pt płk
            r.d red ref rej reż ros rozp rtm rys rz s sekr sen sierż siostr sp st str sz sł tel
            tj tow tys tzn tzw tłum ul ur ust vel w-wa wg wicemin wlk woj ww wyd wym zach zca zm
            zob zw zwł łac śp śr św
            """
        ),
        words(
            """
            art cz cze czerw dz fol godz gru kwi kwiec lip lis list lp lut luty mar nr par paź
            pkt poz ppkt r rozdz rys s sie sierp str sty stycz sygn t tab tel tt ust vol w wrz
            wrzes
            """
        ),
    ),
    "ar": Shortened(
        words(
            """
            أ أ.د أ.ف أ.م.د ب ب.م ت ث ج ح خ د د.م ذ ر ز س ش ص ط ظ ع غ ف ق ق.م ك ل م م.د ن ه هـ و
            ي
            """
        ),
        words(
            """
            ج ر ص ط ع م
            """
        ),
    ),
}

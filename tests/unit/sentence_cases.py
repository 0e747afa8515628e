"""Texts whose sentences are known: "|" stands before each that follows another.

Written by hand for this test. TRIED were seen while the rules were made, FRESH were written after.
"""

TRIED = {
    "en": """
Dr. Smith went to Washington.| He met Mrs. Jones there.
The U.S. economy grew by 3.5 percent in Q2.| Analysts at J.P. Morgan were surprised.
"Are you coming?" she asked.| "No," he said. "I have work to do."| They left.
He said, "I am tired."| Then he slept.
Prices start at $4.99 per lb. and go up to $12.50.| Ask in store.
Visit example.com for details.| Version 2.0.1 is out!
I live in the U.S.| How about you?
We met at 5 p.m. on Monday.| It rained.
We met at 5 p.m.| Then we went home.
See Fig. 3 and Eq. 4 for details.| The results (cf. Smith et al. 2019) agree.
What?!| You cannot be serious...| Well, perhaps you are.
She works at Acme Inc. in Ohio.| Acme Ltd. owns it.
Mr. and Mrs. Brown, e.g., never came, i.e. they stayed home.| Too bad.
Add 2 tbsp. sugar and 1 tsp. salt.| Stir well.
Wait for it... and there it was.| Wow!
(This is a note.)| The text goes on.
J. R. R. Tolkien wrote it.| C. S. Lewis read it.
He was born on Jan. 5, 1990 in St. Louis.| His father was Sgt. Pepper.
No. 5 is alive.| The answer is no.| Next question.
I bought apples, pears, etc.| They were cheap.
“It’s over.” He sighed.| She didn’t.
Yahoo! was founded in 1994.| It was big.
The temperature was 36.6 degrees.| Normal.
Prof. Dr. Lee gave a talk on vol. 2 of the book.| Everyone clapped.
The approx. cost is $3 mil. per year.| That is too much for a Dept. of Health.
Gen. Lee and Lt. Col. Grant met at No. 10 Downing St. in London.| They drank tea.
"Stop!" he cried.| "Why?" she replied.
It weighs 5 oz. and measures 3 ft. by 2 in. at most.| Shipping is free.
He has a Ph.D. in physics.| She has an M.A. from Yale.
Section 3.2.1 explains it.| See also p. 45 and pp. 50-52.
“I don’t know.”| That was all.
They sell socks, shoes, etc.| Everything is on sale.
The company (founded in 1999.) is small.| It grows.
Read more at https://www.example.org/a.html?x=1.| Thanks!
Is it 7 a.m. or 7 p.m.?| Nobody knows.
Chapter 1.| The beginning.
Vitamin C.| It helps.
The U.N. Security Council met on Tues. Sept. 4.| Nothing happened.
Bring your own bowls, forks, etc. because we have none.| Come early.
""",
    "fr": """
M. Dupont est arrivé à 8 h.| Mme Durand l'attendait.
« Vous venez ? » demanda-t-elle.| Il ne répondit pas.
« Je pars. »| Puis il partit.
Le Dr. Martin habite au no. 5, av. Foch.| Il y vit depuis 1990.
Les prix, p. ex. ceux du pain, ont augmenté de 3,5 %.| C'est beaucoup !| Pourquoi ?
J.-P. Belmondo était acteur.| Il est mort en 2021.
Voir p. 12 et fig. 3 pour plus de détails.| Merci.
Il a dit : « Venez demain. »| Nous sommes venus.
Quoi ?!| Tu plaisantes...| Non, pas du tout.
Environ 1.000.000 d'habitants y vivent.| C'est une grande ville.
Elle aime les pommes, les poires, etc.| Il préfère les fraises.
Né env. 300 av. J.-C. en Grèce, il fut philosophe.| On le lit encore.
MM. Durand et Petit sont associés.| Ils vendent des livres.
C'est l'art. 5 du code civil.| Il est clair.
Mme. Leroy et MM. Blanc et Noir sont là.| Bienvenue !
Le prof. Durand enseigne au 3e étage, bât. B.| Il est aimé.
« Viens ! » cria-t-il.| « Non », dit-elle.
La réunion est à 14 h. dans la salle 3.| Soyez à l'heure.
Il coûte env. 20 € par pers. et par jour.| C'est cher.
Cf. chap. 4 et vol. 2 du livre.| Tout y est.
St. Pierre et Ste. Marie sont des églises.| Elles sont belles.
N'oubliez pas le pain, le vin, etc.| À demain !
Victor Hugo (1802-1885.) fut poète.| V. Hugo est né à Besançon.
L'av. J.-C. est abrégé.| C'est l'an 50 apr. J.-C. environ.
""",
    "de": """
Dr. Müller wohnt in der Hauptstr. 5.| Er ist Arzt.
Das kostet z. B. 3,50 Euro.| Das ist billig.
Das kostet z.B. 3,50 Euro, d.h. wenig.| Gut so.
Am 3. Oktober 1990 wurde Deutschland vereinigt.| Das war ein Mittwoch.
„Kommst du mit?“, fragte sie.| „Nein“, sagte er.
„Ich gehe jetzt.“| Dann ging er.
Das ist der 1. Platz.| Glückwunsch!
Siehe S. 12 ff. und Abb. 3.| Dort steht alles.
Prof. Dr. h.c. Schmidt sprach.| Alle klatschten.
Kaiser Wilhelm II. regierte bis 1918.| Dann floh er.
Er kam ca. 5 Min. zu spät.| Niemand merkte es.
Wir kauften Äpfel, Birnen usw.| Sie waren teuer.
Die Fa. Meier GmbH & Co. KG ist insolvent.| Schade.
Was?!| Das ist doch nicht wahr...| Doch, ist es.
Im 19. Jahrhundert gab es bzw. baute man Bahnen.| Viele davon fahren noch.
Fr. Dr. Weber und Hr. Klein kamen um 8.30 Uhr.| Es regnete.
Die Sitzung beginnt um 9 Uhr im 2. Stock.| Bitte pünktlich sein.
Der 24. Dezember ist Heiligabend.| Am 25. und 26. feiern wir.
Str. und Nr. angeben, evtl. auch die Tel. des Büros.| Danke!
„Das glaube ich nicht.“| Sie lachte.
Das Stück von J. S. Bach dauert u. a. 5 Minuten.| Es ist schön.
Papst Benedikt XVI. trat 2013 zurück.| Franziskus folgte.
Wir haben Tische, Stühle etc.| Alles ist da.
Vgl. Kap. 3, Abs. 2 und § 5 Nr. 1.| Dort ist es geregelt.
Der Abt. Einkauf gehören i. d. R. drei Leute an.| Zwei sind krank.
Ludwig XIV. war König.| Er starb 1715.
""",
    "es": """
El Sr. García vive en la Av. Libertad.| La Sra. López también.
¿Vienes mañana?| ¡Claro que sí!| Perfecto.
«Me voy.»| Y se fue.
«¿Vienes?», preguntó ella.| Él no contestó.
El Dr. Pérez llegó a las 5 p. m. en punto.| Nadie lo esperaba.
EE. UU. es un país grande.| Tiene 50 estados.
Véase la pág. 12 y el art. 5.| Allí se explica.
Compré manzanas, peras, etc.| Eran baratas.
Cuesta 1.250,50 euros.| Es caro.
Nació en el s. XIX en Bogotá.| Murió joven.
Ud. no sabe nada...| Yo sí lo sé.
D. Quijote y Dña. Inés hablan.| Nadie escucha.
J. L. Borges escribió cuentos.| Son breves.
El núm. 5 gana.| ¡Enhorabuena!
La Dra. Ruiz y el Prof. Gil trabajan en el Dpto. de Física.| Son amigos.
¡Hola!| ¿Qué tal?| Muy bien.
Vds. pueden llamar al tel. 555 1234.| Gracias.
«No lo sé.»| Eso dijo.
Vivió en el año 300 a. C. en Roma.| Allí murió.
Lleve pan, vino, etc.| No olvide el agua.
La empresa Pérez S. A. vende coches.| Es grande.
Mide aprox. 3 m. de largo.| Pesa poco.
El ej. de la fig. 2 del cap. 3 es bueno.| Léalo.
J. R. Jiménez ganó el Nobel.| Fue en 1956.
""",
    "zh": """
今天天气很好。|我们去公园吧！|你觉得怎么样？
他说：“我不去。”|然后就走了。
她问：“你来吗？”|他没有回答。
价格是3.5元。|很便宜。
北京是中国的首都……|它很大。
“真的吗？”他问。|“是的。”她说。
（见图3。）|结果很清楚。
Apple Inc.是一家公司。|它在美国。
什么？！|不可能！！|是真的。
《红楼梦》很有名；我读过。|你呢？
「你好。」|他說。
我喜欢苹果、香蕉等。|你呢？
“走吧！”|我们出发了。
他今年25.5岁。|他很高兴。
真的！？|我不信。
小王说：“明天见。”|他走了。
第一章。|开始。
网址是www.example.com。|欢迎访问。
（注：不含税。）|请注意。
我想……|算了。
""",
}

FRESH = {
    "en": """
Sen. Warren and Rep. Ryan met on Wed. in Rm. 12.| They agreed.
The temp. was 30 deg. at noon.| It felt hotter.
Mix 1 qt. of water with 2 gal. of paint.| Let it dry.
"Is this it?" asked Tom.| "Yes!" shouted Ann.| Everyone laughed.
He moved to Mt. Vernon, Va. in Aug. 1999.| He likes it.
Our store (open since 1950!) closes.| Bye now.
[Updated.]| The story continues.
The firm, Baker & Sons Co., sued Hill Bros. last year.| It lost.
Which is better: A or B?| B, I think.
She scored 9.5 vs. 8.7 for him.| She won.
""",
    "fr": """
Le col. Martin et le gén. Petit sont partis.| Ils reviendront.
Rendez-vous au 12 bd. Voltaire à 9 h 30.| Ne tardez pas.
L'O.N.U. a voté hier.| La France s'est abstenue.
Il mesure 1,80 m. et pèse 75 kg. environ.| Il est grand.
« Où vas-tu ? »| Elle ne dit rien.
La S.N.C.F. annonce des retards.| Les trains sont bondés.
Le texte (voir ci-dessous.) est long.| Lisez-le !
A. Dumas a écrit ce roman.| P. Dupont l'a lu.
""",
    "de": """
Die Fam. Huber wohnt in St. Pölten.| Sie hat 2 Kinder.
Die Ware wird inkl. MwSt. geliefert.| Zahlbar in 14 Tagen.
Er wurde am 1. Mai geboren.| Sein Bruder auch.
Lt. Vertrag gilt max. 5 % Rabatt.| Mehr geht nicht.
„Wirklich?“, fragte er.| Sie nickte.
Das Gebäude (Baujahr ca. 1900.) ist alt.| Es steht leer.
Die EU usw. haben zugestimmt.| Alle sind froh.
Dipl.-Ing. Kurt Frank leitet das Projekt.| Er ist neu.
Gegr. 1888 von Joh. Schmid.| Heute gehört sie Bosch.
""",
    "es": """
El Lic. Gómez y la Ing. Ramos firmaron.| Todo salió bien.
La tienda abre de lun. a vie. a las 9 a. m. y cierra tarde.| Vengan.
¡Qué bien!| ¿De verdad?| Sí.
El Gral. San Martín nació en Yapeyú.| Murió en Francia.
Ver cap. 3, pág. 40.| Es importante.
La O.N.U. votó ayer.| Nadie protestó.
«¿Quién es?»| Nadie respondió.
Av. Siempre Viva 742.| Springfield.
""",
    "zh": """
第1章 开始。|第2章 结束。
“太好了！”|大家都笑了。
他问我：“你是谁？”|我没回答。
成本约为2.5亿元。|利润不错！
好吧……|我们走。
他（我的朋友。）来了。
“一、二、三！”|开始吧。
真的吗？|是的！
""",
}

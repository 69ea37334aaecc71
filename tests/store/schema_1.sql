-- A store as schema 1 wrote it: one run of six, interrupted after three. FOLDER stands for the project's folder.
BEGIN TRANSACTION;
CREATE TABLE conversations (
	run VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	scenario VARCHAR NOT NULL, 
	seed VARCHAR NOT NULL, 
	persona TEXT NOT NULL, 
	goal TEXT NOT NULL, 
	behaviors TEXT NOT NULL, 
	sample VARCHAR NOT NULL, 
	policy VARCHAR NOT NULL, 
	repeat INTEGER NOT NULL, 
	stop_by VARCHAR NOT NULL, 
	stop_reason TEXT NOT NULL, 
	stop_detail TEXT, 
	outcome VARCHAR NOT NULL, 
	failed BOOLEAN NOT NULL, 
	flawed BOOLEAN NOT NULL, 
	blame VARCHAR, 
	kind VARCHAR, 
	turn INTEGER, 
	stage TEXT, 
	slot TEXT, 
	"after" TEXT, 
	move VARCHAR, 
	finding TEXT, 
	stages TEXT NOT NULL, 
	moves TEXT NOT NULL, 
	fired TEXT NOT NULL, 
	session TEXT, 
	trace TEXT, 
	turns INTEGER NOT NULL, 
	started_at FLOAT NOT NULL, 
	seconds FLOAT NOT NULL, 
	PRIMARY KEY (run, id)
);
INSERT INTO "conversations" VALUES('r20261124-085224-47f5','187eb8e3d9b3',0,'2612d630842d08fc','278692994836625','a regular guest','book a table','["correct_fact","goal_question","ignores_options","not_sure","one_word","out_of_domain","over_inform","own_words","scepticism"]','census','agenda',0,'product','end_state',NULL,'REACHED',0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'["opening"]','{"say":1}','[]',NULL,NULL,3,1.79551034498260235787e+09,1.35045300066849449649e-03);
INSERT INTO "conversations" VALUES('r20261124-085224-47f5','0d61c5ad4891',1,'0c9e849001ba5dbd','157913271080197','a regular guest','book a table','["clarify","format_variant","ignores_options","over_inform","scepticism"]','census','agenda',0,'product','end_state',NULL,'REACHED',0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'["opening"]','{"say":1}','[]',NULL,NULL,3,1.79551034498432588578e+09,0.00032284500048263);
INSERT INTO "conversations" VALUES('r20261124-085224-47f5','968849239d67',2,'4b83c77dee388821','125207758870109','a regular guest','book a table','["clarify","correct_fact","one_word","refers_back","stale_press","topic_switch"]','census','agenda',0,'product','end_state',NULL,'REACHED',0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'["opening"]','{"say":1}','[]',NULL,NULL,3,1.79551034498706436155e+09,2.54427000072610098868e-04);
CREATE TABLE meta (
	name VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "meta" VALUES('schema_version','1');
CREATE TABLE runs (
	id VARCHAR NOT NULL, 
	seed VARCHAR NOT NULL, 
	conversations INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	created_at FLOAT NOT NULL, 
	release TEXT, 
	note TEXT, 
	version TEXT, 
	users TEXT NOT NULL, 
	sample VARCHAR NOT NULL, 
	repeats INTEGER NOT NULL, 
	seconds FLOAT NOT NULL, 
	gate FLOAT, 
	project TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES('r20261124-085224-47f5','3',6,'interrupted',1.79551034493237757685e+09,'7','before',NULL,'["agenda"]','census',1,1.20597619998079608194e-02,NULL,'{"document":{"target":{"kind":"python","function":"desk_product:Desk"},"end_state":{"when":{"ended":true,"path":"state.id"}},"goals":[{"goal":"book a table","slots":{"day":{"values":["Monday","Tuesday"]}}}],"personas":["a regular guest"]},"folder":"FOLDER","concurrency":1,"unfindable":null}');
CREATE TABLE transcripts (
	run VARCHAR NOT NULL, 
	conversation VARCHAR NOT NULL, 
	document TEXT NOT NULL, 
	PRIMARY KEY (run, conversation)
);
INSERT INTO "transcripts" VALUES('r20261124-085224-47f5','187eb8e3d9b3','{"conversation":"187eb8e3d9b3","scenario":{"id":"2612d630842d08fc","seed":278692994836625,"persona":{"text":"a regular guest","traits":{}},"goal":{"text":"book a table","slots":[["day",["Tuesday"],["Monday"]]],"questions":[]},"behaviors":["correct_fact","goal_question","ignores_options","not_sure","one_word","out_of_domain","over_inform","own_words","scepticism"],"sample":"census"},"policy":"agenda","repeat":0,"turns":[{"index":0,"reply":{"messages":["Hello, what may I book for you?"]},"latency_s":8.515999979863409e-05},{"index":1,"move":{"kind":"say","text":"I have to book a table thank you.","act":{"name":"request"}}},{"index":2,"reply":{"messages":["It is booked."],"state":{"id":1},"ended":true},"latency_s":7.586299943795893e-05}],"stop":["product","end_state",null],"end":["reached",{},null],"started_at":1795510344.9826024,"seconds":0.0013504530006684945}');
INSERT INTO "transcripts" VALUES('r20261124-085224-47f5','0d61c5ad4891','{"conversation":"0d61c5ad4891","scenario":{"id":"0c9e849001ba5dbd","seed":157913271080197,"persona":{"text":"a regular guest","traits":{}},"goal":{"text":"book a table","slots":[["day",["Tuesday"],null]],"questions":[]},"behaviors":["clarify","format_variant","ignores_options","over_inform","scepticism"],"sample":"census"},"policy":"agenda","repeat":0,"turns":[{"index":0,"reply":{"messages":["Hello, what may I book for you?"]},"latency_s":6.191599914018298e-05},{"index":1,"move":{"kind":"say","text":"hello, trying to book a table.","act":{"name":"request"}}},{"index":2,"reply":{"messages":["It is booked."],"state":{"id":1},"ended":true},"latency_s":5.400100053520873e-05}],"stop":["product","end_state",null],"end":["reached",{},null],"started_at":1795510344.984326,"seconds":0.00032284500048263}');
INSERT INTO "transcripts" VALUES('r20261124-085224-47f5','968849239d67','{"conversation":"968849239d67","scenario":{"id":"4b83c77dee388821","seed":125207758870109,"persona":{"text":"a regular guest","traits":{}},"goal":{"text":"book a table","slots":[["day",["Monday"],["Tuesday"]]],"questions":[]},"behaviors":["clarify","correct_fact","one_word","refers_back","stale_press","topic_switch"],"sample":"census"},"policy":"agenda","repeat":0,"turns":[{"index":0,"reply":{"messages":["Hello, what may I book for you?"]},"latency_s":5.158700059837429e-05},{"index":1,"move":{"kind":"say","text":"Trying to book a table","act":{"name":"request"}}},{"index":2,"reply":{"messages":["It is booked."],"state":{"id":1},"ended":true},"latency_s":4.728899966721656e-05}],"stop":["product","end_state",null],"end":["reached",{},null],"started_at":1795510344.9870644,"seconds":0.0002544270000726101}');
CREATE TABLE verdicts (
	run VARCHAR NOT NULL, 
	conversation VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	judge VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	kind VARCHAR, 
	turn INTEGER, 
	document TEXT NOT NULL, 
	PRIMARY KEY (run, conversation, position)
);
INSERT INTO "verdicts" VALUES('r20261124-085224-47f5','187eb8e3d9b3',0,'end_state','1','pass',NULL,NULL,'{"judge":"end_state","version":"1","value":"pass","reason":"the end state holds what was said"}');
INSERT INTO "verdicts" VALUES('r20261124-085224-47f5','0d61c5ad4891',0,'end_state','1','pass',NULL,NULL,'{"judge":"end_state","version":"1","value":"pass","reason":"the end state holds what was said"}');
INSERT INTO "verdicts" VALUES('r20261124-085224-47f5','968849239d67',0,'end_state','1','pass',NULL,NULL,'{"judge":"end_state","version":"1","value":"pass","reason":"the end state holds what was said"}');
CREATE INDEX conversations_in_plan_order ON conversations (run, position);
COMMIT;
PRAGMA application_id=1886544500;
PRAGMA user_version=1;
PRAGMA journal_mode=WAL;

Require Import List.
Lemma a : True. Proof. exact I. Qed.

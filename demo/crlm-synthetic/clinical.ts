import { isoDate } from '../../lib/base/index.ts';
import type { Events } from './events.ts';
import type { Patient } from './patients.ts';
import { choose, stream, whole } from './streams.ts';
import { dated, type SiteRow } from './tables.ts';

/** What is told of a patient at diagnosis and at the end. */
export function clinicalRow(seed: number, patient: Patient, { course, last }: Events): SiteRow {
  const { index, id, age, male, primary, nodes, number, cm, cea, extrahepatic, conversion, end, died } = patient;
  const draw = (name: string) => stream(seed, index, name);
  const seen = died ? Math.max(last, end - whole(draw('last contact'), 0, 20)) : end;
  return {
    patient_id: id,
    birth_year: String(Number(isoDate(patient.diagnosed).slice(0, 4)) - age),
    sex: male ? 'M' : 'F',
    diagnosis_date: dated(patient.diagnosed),
    liver_mets_date: dated(patient.metastases),
    primary_site: primary,
    differentiation: choose(draw('grade'), [
      ['well', 0.08],
      ['moderate', 0.67],
      ['poor', 0.25],
    ]),
    ct_stage: choose(draw('T'), [
      ['T1', 0.01],
      ['T2', 0.09],
      ['T3', 0.55],
      ['T4', 0.35],
    ]),
    cn_stage: nodes,
    mets_number: String(number),
    mets_max_cm: String(cm),
    mets_lobes: number > 1 && draw('lobes').uniform() < 0.85 ? 'bilobar' : 'unilobar',
    extrahepatic: extrahepatic ? 'yes' : 'no',
    cea: String(cea),
    ca199: String(Math.round(60 * Math.exp(1.5 * draw('CA19-9').normal()) * 10) / 10),
    msi: draw('MSI').uniform() < 0.05 ? 'MSI-L' : 'MSS',
    other_malignancy: 'no',
    prior_treatment: 'no',
    ecog: choose(draw('ECOG'), [
      ['0', 0.55],
      ['1', 0.38],
      ['2', 0.07],
    ]),
    last_contact_date: dated(seen),
    vital_status: died ? 'dead' : 'alive',
    death_date: died ? dated(end) : '',
    death_cause: died ? (draw('cause').uniform() < 0.93 ? 'cancer' : 'other') : '',
    progression_date: dated(course.progression),
    site_group: conversion === undefined ? 'FCTG' : 'SCTG',
  };
}

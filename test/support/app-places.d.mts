export declare const APP_PLACES: readonly (readonly [sample: string, view: string, ready: string])[];

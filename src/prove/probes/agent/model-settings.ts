/** Name of the hostile model in openclaw.json; nothing else there is called so. */
export const MODEL_NAME = 'ClawproofHostile';

/** What the path of every link of GetDownloadUrlForLayer begins with. */
export const layerLinkPrefix = '/_ecr/layers/'

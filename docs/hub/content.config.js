import { defineCollection } from 'astro:content'
import { docsSchema } from '@astrojs/starlight/schema'
import { readPages } from './read-pages.js'

export const collections = { docs: defineCollection({ loader: readPages(), schema: docsSchema() }) }

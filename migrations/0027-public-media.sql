-- Everybody's public posts that have media, newest first: where few have any, posts_public alone is read from end to end for a page of them.
create index posts_public_with_media on posts (id) where media_url is not null and visibility = 'PUBLIC' and hidden_at is null;

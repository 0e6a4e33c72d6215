"""The server's log, even at its most talkative, repeats no text, no query, no title and no key, whatever goes wrong."""

import grpc
import harness
from harness import METHODS, document, path_of, policy
from usher.v1 import corpus_pb2, retrieval_pb2

# Words that stand where people's words stand.
TEXT, QUERY, TITLE, METADATA, HEADING = "walrus", "narwhal", "capybara", "pangolin", "axolotl"
WORDS = (TEXT, QUERY, TITLE, METADATA, HEADING)


class Log(harness.Case):
    settings = {"USHER_LOG_LEVEL": "debug"}

    def attempt(self, call, *arguments, **fields):
        try:
            call(*arguments, **fields)
        except grpc.RpcError as error:
            return error.code()
        return grpc.StatusCode.OK

    def paper(self, collection, **fields):
        paper = document(collection, "paper", f"# {HEADING}\n\nThe {TEXT} is here.", title=TITLE, policy=policy("everyone"), **fields)
        paper.metadata.update({METADATA: METADATA})
        return paper

    def test_holds_none_of_what_people_wrote(self):
        collection = self.make_collection("logged", dimension=0)
        made = self.server.new_key("user:leaver", "reader").secret
        keys = [self.server.admin_key, self.server.app_key, made, "usher_" + "ab" * 8 + "_" + "cd" * 32]
        codes = {self.attempt(self.upsert, collection, self.paper(collection)),
                 self.attempt(self.upsert, collection, self.paper(collection), request_id="one"),
                 self.attempt(self.upsert, collection, self.paper("collections/other"))}
        for key in keys:
            client = self.server.client(key)
            codes |= {self.attempt(client.Search, collection=collection, text=QUERY, k=3),
                      self.attempt(client.Search, collection=collection, text=QUERY, k=0),
                      self.attempt(client.Search, collection="collections/absent", text=QUERY, k=3),
                      self.attempt(client.Search, collection=collection, text=QUERY * 9000, k=3),
                      self.attempt(client.GetChunks, collection=collection, names=[f"{collection}/documents/paper/chunks/0"])}
        raw = retrieval_pb2.SearchRequest(collection=collection, text=QUERY + "PLACE", k=1).SerializeToString().replace(b"PLACE", b"\xff" * 5)
        codes.add(self.attempt(self.admin.raw, path_of(METHODS["Search"]), raw))
        broken = corpus_pb2.UpsertDocumentsRequest(collection=collection, documents=[self.paper(collection)]).SerializeToString()[:-3]
        codes.add(self.attempt(self.admin.raw, path_of(METHODS["UpsertDocuments"]), broken))
        expected = {grpc.StatusCode.OK, grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND}
        self.assertLessEqual(expected, codes)
        self.server.terminate()
        log = self.server.log()
        self.server.start()
        self.assertIn("RetrievalService/Search", log, "the log must have been talkative for this test to tell anything")
        for word in (*WORDS, *keys, *(key.split("_")[2] for key in keys)):
            self.assertNotIn(word, log)


if __name__ == "__main__":
    harness.main()

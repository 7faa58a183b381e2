/* An adapter in C: vhdx-log asks about one image after the other, in JSON lines.
 *
 *     cc -o adapter adapter.c && ./adapter COMMAND ... {image} ... {output} ...
 *
 * Put your library into open_image. As it is here, it runs a command that writes the disk of
 * {image} to {output}, and ends with 0, or with 1 for an image that it refuses. The messages are in
 * adapter.schema.json; nothing but answers goes to standard output. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char **command;

/* Copies the string of a key. The paths of a run hold no escapes. */
static void text(const char *line, const char *key, char *value, size_t size)
{
    char pattern[64];
    snprintf(pattern, sizeof pattern, "\"%s\":\"", key);
    const char *start = strstr(line, pattern);
    size_t length = 0;
    if (start) {
        start += strlen(pattern);
        length = strcspn(start, "\"");
        if (length >= size)
            exit(65);
        memcpy(value, start, length);
    }
    value[length] = '\0';
}

/* What the program does with an image: "accepted" or "refused". */
static const char *open_image(const char *image, const char *output)
{
    char *words[64] = { NULL };
    int status, count;
    for (count = 0; command[count] && count < 63; count++) {
        words[count] = command[count];
        if (!strcmp(words[count], "{image}"))
            words[count] = (char *)image;
        if (!strcmp(words[count], "{output}"))
            words[count] = (char *)output;
    }
    pid_t child = fork();
    if (child == 0) {
        dup2(open("/dev/null", O_RDWR), STDIN_FILENO);
        dup2(STDIN_FILENO, STDOUT_FILENO);
        execvp(words[0], words);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0)
        exit(71);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return "accepted";
    if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
        return "refused";
    /* Not an answer. The adapter ends, and is started again. */
    fprintf(stderr, "the program ended with status %d\n", status);
    exit(70);
}

int main(int argc, char **argv)
{
    static char line[1 << 16], type[16], image[4096], output[4096];
    if (argc < 2)
        return 64;
    command = argv + 1;
    while (fgets(line, sizeof line, stdin)) {
        text(line, "type", type, sizeof type);
        if (!strcmp(type, "bye"))
            break;
        if (!strcmp(type, "hello")) {
            puts("{\"type\":\"hello\",\"protocol\":1,\"name\":\"adapter.c\",\"version\":\"1\","
                 "\"shows_guest\":true,\"opens\":\"for-reading\"}");
        } else {
            const char *id = strstr(line, "\"id\":");
            text(line, "image", image, sizeof image);
            text(line, "output", output, sizeof output);
            printf("{\"type\":\"opened\",\"id\":%llu,\"answer\":\"%s\"}\n",
                   id ? strtoull(id + 5, NULL, 10) : 0, open_image(image, output));
        }
        fflush(stdout);
    }
    return 0;
}

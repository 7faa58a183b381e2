// An adapter in Go: vhdx-log asks about one image after the other, in JSON lines.
//
//	go run adapter.go COMMAND ... {image} ... {output} ...
//
// Put your library into openImage. As it is here, it runs a command that writes the disk of {image}
// to {output}, and ends with 0, or with 1 for an image that it refuses. The messages are in
// adapter.schema.json; nothing but answers goes to standard output.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
)

type question struct {
	Type   string `json:"type"`
	ID     uint64 `json:"id"`
	Image  string `json:"image"`
	Output string `json:"output"`
}

type hello struct {
	Type       string `json:"type"`
	Protocol   int    `json:"protocol"`
	Name       string `json:"name"`
	Version    string `json:"version"`
	ShowsGuest bool   `json:"shows_guest"`
	Opens      string `json:"opens"`
}

type opened struct {
	Type    string `json:"type"`
	ID      uint64 `json:"id"`
	Answer  string `json:"answer"`
	Message string `json:"message"`
}

// openImage is what the program does with an image: an answer, and a message.
func openImage(asked question) (string, string) {
	words := append([]string(nil), os.Args[1:]...)
	for i, word := range words {
		switch word {
		case "{image}":
			words[i] = asked.Image
		case "{output}":
			words[i] = asked.Output
		}
	}
	var stderr bytes.Buffer
	command := exec.Command(words[0], words[1:]...)
	command.Stderr = &stderr
	err := command.Run()
	if err == nil {
		return "accepted", ""
	}
	if ended, ok := err.(*exec.ExitError); ok && ended.ExitCode() == 1 {
		return "refused", stderr.String()
	}
	// Not an answer. The adapter ends, and is started again.
	fmt.Fprintln(os.Stderr, "the program failed:", err, stderr.String())
	os.Exit(70)
	return "", ""
}

func main() {
	questions, replies := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var asked question
		if questions.Decode(&asked) != nil || asked.Type == "bye" {
			return
		}
		if asked.Type == "hello" {
			replies.Encode(hello{"hello", 1, "adapter.go", "1", true, "for-reading"})
			continue
		}
		answer, message := openImage(asked)
		replies.Encode(opened{"opened", asked.ID, answer, message})
	}
}

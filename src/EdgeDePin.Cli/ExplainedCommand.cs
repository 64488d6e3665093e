using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace EdgeDePin.Cli;

/// <summary>A command whose help ends with examples and exit codes; in the list of its parent it stays one line.</summary>
/// <param name="more">Examples and exit codes, as they are printed.</param>
internal sealed class ExplainedCommand(string name, string description, string more) : Command(name, description)
{
    public string More { get; } = more;

    /// <summary>Makes <c>--help</c> of every command below <paramref name="root"/> print what it has to say beyond its options.</summary>
    public static void Explain(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithMore((HelpAction)help.Action!);
    }

    private sealed class HelpWithMore(HelpAction usual) : SynchronousCommandLineAction
    {
        // Who asks for help need not give the options that the command requires.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int exitCode = usual.Invoke(parseResult);
            if (parseResult.CommandResult.Command is ExplainedCommand explained)
            {
                parseResult.InvocationConfiguration.Output.WriteLine(explained.More);
            }

            return exitCode;
        }
    }
}

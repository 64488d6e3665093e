using System.CommandLine;
using EdgeDePin.Deployment;
using EdgeDePin.Deployment.Manifests;

namespace EdgeDePin.Cli.ManifestCommands;

/// <summary>The options that say what a manifest is made of, and which values fill it.</summary>
internal sealed class ManifestSource
{
    private readonly Option<string?> _profile = new("--profile") { Description = $"What the device is for: {string.Join(", ", Profile.Names)}; several with commas.", HelpName = "NAMES" };
    private readonly Option<string?> _templates = new("--templates") { Description = "A folder like deployment/manifests. Default: what the program carries.", HelpName = "DIR" };
    private readonly Option<string?> _base = new("--template") { Description = "A template of your own instead of a profile.", HelpName = "FILE" };
    private readonly Option<string[]> _layers = new("--layer") { Description = "A layer of your own, on top; repeat for more.", HelpName = "FILE", DefaultValueFactory = _ => [] };
    private readonly Option<string?> _environment = new("--env") { Description = "File of NAME=VALUE for the variables. Default: .env in this folder, if there is one.", HelpName = "FILE" };
    private readonly Option<string[]> _set = new("--set") { Description = "A variable, NAME=VALUE; repeat for more. No secrets: others see command lines.", HelpName = "NAME=VALUE", DefaultValueFactory = _ => [] };
    private readonly Option<string?> _device = new("--device") { Description = "Device id; the variable DEVICE.", HelpName = "NAME" };

    public PinOptions Pins { get; } = new();

    /// <param name="ofOneDevice">False where a table names devices and profiles.</param>
    public void AddTo(Command command, bool ofOneDevice = true)
    {
        foreach (Option option in (Option[])[_templates, _layers, _environment, _set])
        {
            command.Add(option);
        }

        if (ofOneDevice)
        {
            command.Add(_profile);
            command.Add(_base);
            command.Add(_device);
        }

        Pins.AddTo(command);
    }

    /// <exception cref="CommandFailure">A file, a profile or a variable is wrong.</exception>
    public Manifest Render(ParseResult parsed) => Explained(() => Render(parsed, parsed.GetValue(_profile), Values(parsed)));

    /// <summary>The manifest of one device of several.</summary>
    /// <param name="profile">Null where <c>--template</c> names a template.</param>
    /// <param name="values">Of the variables.</param>
    /// <exception cref="DeploymentException">A file, a profile or a variable is wrong.</exception>
    public Manifest Render(ParseResult parsed, string? profile, IReadOnlyDictionary<string, string> values)
    {
        (Manifest template, IReadOnlyList<Manifest> layers) = (parsed.GetValue(_base), profile) switch
        {
            (null, null) => throw new DeploymentException($"Nothing says what to make: give --profile ({string.Join(", ", Profile.Names)}) or --template FILE."),
            (not null, not null) => throw new DeploymentException("Give --profile or --template, not both: a profile brings its template."),
            ({ } file, null) => (Template(file), []),
            (null, not null) => Profile.Load(profile, parsed.GetValue(_templates)) is var loaded ? (loaded.Base, (IReadOnlyList<Manifest>)loaded.Layers) : default,
        };
        return Rendering.Render(template, [.. layers, .. parsed.GetValue(_layers)!.Select(Template)], values, Pins.Read(parsed));
    }

    public string? ProfileOf(ParseResult parsed) => parsed.GetValue(_profile);

    public string? DeviceOf(ParseResult parsed) => parsed.GetValue(_device);

    /// <summary>The variables of the .env file, those of --set, and the device.</summary>
    public Dictionary<string, string> Values(ParseResult parsed)
    {
        string? file = parsed.GetValue(_environment) ?? (File.Exists(".env") ? ".env" : null);
        Dictionary<string, string> values = file is null ? new(StringComparer.Ordinal) : EnvironmentFile.Read(file);
        foreach (string pair in parsed.GetValue(_set)!)
        {
            string[] parts = pair.Split('=', 2);
            if (parts.Length < 2 || parts[0].Length == 0)
            {
                throw new DeploymentException($"--set '{pair}' is no NAME=VALUE.");
            }

            values[parts[0]] = parts[1];
        }

        if (parsed.GetValue(_device) is { } device)
        {
            values["DEVICE"] = device;
        }

        return values;
    }

    /// <summary>Turns what is wrong with a file into a failure of the command.</summary>
    public static T Explained<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DeploymentException error)
        {
            throw new CommandFailure(ExitCode.WrongUse, error.Message, error);
        }
    }

    private static Manifest Template(string file)
    {
        (System.Text.Json.Nodes.JsonObject root, Origins origins) = JsonSource.ReadFile(file);
        return new Manifest(root, origins);
    }
}

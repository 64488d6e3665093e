using System.Text.RegularExpressions;

namespace EdgeDePin.Tests.Architecture;

/// <summary>Rules of the house that a compiler does not know.</summary>
public sealed partial class HouseRuleTests
{
    private static readonly string[] Everywhere = ["src", "modules", "simulators", "tests"];

    [Fact]
    public void No_file_is_longer_than_500_lines() =>
        Assert.DoesNotContain(SourceFiles.Of(Everywhere), file => File.ReadLines(file).Count() > 500);

    [Fact]
    public void No_name_says_nothing() =>
        Assert.DoesNotContain(SourceFiles.Of(Everywhere), file => SaysNothing().IsMatch(Path.GetFileNameWithoutExtension(file)));

    [Fact]
    public void No_region_hides_code() =>
        Assert.DoesNotContain(SourceFiles.Of(Everywhere), file => File.ReadLines(file).Any(line => RegionStart().IsMatch(line)));

    [Fact]
    public void Nothing_is_left_for_later_in_the_source() =>
        Assert.DoesNotContain(
            SourceFiles.Of(Everywhere).Where(file => !file.EndsWith("HouseRuleTests.cs", StringComparison.Ordinal)),
            file => LeftOpen().IsMatch(File.ReadAllText(file)));

    [Fact]
    public void An_interface_has_a_second_implementation()
    {
        string source = string.Concat(SourceFiles.Of("src", "modules", "simulators").Select(File.ReadAllText));
        IEnumerable<string> lonely = InterfaceName().Matches(source).Select(match => match.Groups[1].Value)
            .Where(name => Regex.Count(source, $@"(class|struct|record)\s+\w+[^\{{;]*?[:,]\s*[^\{{;]*?\b{name}\b") < 2);
        Assert.Empty(lonely);
    }

    [GeneratedRegex("(Manager|Helpers?|Utils?)$")]
    private static partial Regex SaysNothing();

    [GeneratedRegex(@"^\s*#region\b")]
    private static partial Regex RegionStart();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|NotImplementedException)\b")]
    private static partial Regex LeftOpen();

    [GeneratedRegex(@"\binterface\s+(I[A-Z]\w*)")]
    private static partial Regex InterfaceName();
}

using System.Text;
using EdgeDePin.Execution.Workflows;

namespace EdgeDePin.Tests.Execution.Workflows;

public sealed class WfFormatReaderTests
{
    // Counted in the files by other means: tasks, dependencies, kinds of program, seconds of work.
    public static TheoryData<string, int, int, double> Published => new()
    {
        { "1000genome-chameleon-4ch-100k-001", 104, 152, 8609.9 },
        { "blast-chameleon-large-001", 103, 300, 154331.2 },
        { "blast-chameleon-small-001", 43, 120, 382.9 },
        { "bwa-chameleon-small-001", 104, 400, 380.0 },
        { "cycles-chameleon-1l-1c-9p-001", 67, 97, 862.7 },
        { "epigenomics-chameleon-hep-1seq-100k-001", 41, 48, 539.3 },
        { "helloworld-forkjoin-10-chameleon", 10, 16, 1028.7 },
        { "mag-dirt02-001", 157, 282, 3692.5 },
        { "montage-chameleon-2mass-01d-001", 103, 231, 362.6 },
        { "montage-chameleon-dss-075d-001", 178, 444, 8140.0 },
        { "sarek-dirt02-001", 26, 50, 393.2 },
        { "srasearch-chameleon-20a-001", 42, 60, 46182.8 },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void A_published_instance_has_the_tasks_arrows_and_work_that_others_counted(string name, int tasks, int arrows, double work)
    {
        Workflow workflow = WfFormatReader.ReadFile(SharedData.Require("wfinstances", name + ".json"));
        Assert.Equal(tasks, workflow.Tasks.Length);
        Assert.Equal(arrows, workflow.Shape.Arrows);
        Assert.Equal(work, workflow.WorkSeconds, 0.06);
        Assert.NotNull(workflow.ExecutedAt);
        Assert.True(workflow.MakespanSeconds > 0);
    }

    [Fact]
    public void Programs_make_kinds_and_numbered_names_do_not()
    {
        Workflow epigenomics = WfFormatReader.ReadFile(SharedData.Require("wfinstances", "epigenomics-chameleon-hep-1seq-100k-001.json"));
        Assert.Equal(8, epigenomics.Tasks.Select(task => task.Kind).Distinct().Count());
        Workflow mag = WfFormatReader.ReadFile(SharedData.Require("wfinstances", "mag-dirt02-001.json"));
        Assert.Equal(36, mag.Tasks.Select(task => task.Kind).Distinct().Count());
    }

    public static TheoryData<string, string> Bad => new()
    {
        { "[", "Not JSON at line 1" },
        { "[]", "the file has no 'workflow'" },
        { """{"workflow": {}}""", "workflow has no 'specification'" },
        { Of(Task("a", "b"), Task("b", "a")), "Circular dependency among the tasks 'a', 'b'" },
        { Of(Task("a"), Task("a")), "Two tasks have the id 'a'" },
        { Of(Task("a", "ghost")), "Task 'a' names 'ghost', which does not exist" },
        { Of(Task(new string('x', 1_000_000))), "has an id of 1000000 characters" },
        { Of("""{"id": "b", "runtimeInSeconds": 1}""", Task("a")), "tells of a task 'b', and workflow.specification has none of that id" },
        { Of("""{"id": "a", "runtimeInSeconds": -1}""", Task("a")), "'runtimeInSeconds' of task 'a' is -1" },
        { Of("""{"id": "a", "runtimeInSeconds": NaN}""", Task("a")), "Not JSON at line 1" },
        { Of("""{"id": "a", "runtimeInSeconds": 1e999}""", Task("a")), "of task 'a' is" },
        { Of("""{"id": "a", "runtimeInSeconds": "long"}""", Task("a")), "of task 'a' is long; expected a finite number" },
        { """{"workflow": {"specification": {"tasks": 7}}}""", "Not WfFormat 1.5" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_is_no_workflow_is_told_with_the_place(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => WfFormatReader.Read(Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);

    [Fact]
    public void Parents_and_children_may_tell_half_of_it_each()
    {
        string json = """{"workflow": {"specification": {"tasks": [{"name": "a", "id": "a", "children": ["b"]}, {"name": "b", "id": "b"}, {"name": "c", "id": "c", "parents": ["b"]}]}}}""";
        Workflow workflow = WfFormatReader.Read(Encoding.UTF8.GetBytes(json));
        Assert.Equal(2, workflow.Shape.Arrows);
        Assert.Equal([1], workflow.Shape.DependenciesOf(2).ToArray());
    }

    private static string Task(string id, params string[] parents) =>
        $$"""{"name": "{{id}}", "id": "{{id}}", "parents": [{{string.Join(", ", parents.Select(parent => $"\"{parent}\""))}}], "children": []}""";

    private static string Of(params string[] tasks)
    {
        string[] runs = [.. tasks.Where(task => task.Contains("runtime", StringComparison.Ordinal))];
        string specified = string.Join(", ", tasks.Where(task => !runs.Contains(task)));
        return """{"name": "w", "workflow": {"specification": {"tasks": [""" + specified + """]}, "execution": {"tasks": [""" + string.Join(", ", runs) + "]}}}";
    }
}

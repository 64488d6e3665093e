using EdgeDePin.Execution.Learning;
using EdgeDePin.Execution.Workflows;
using EdgeDePin.Tests.Execution.Workflows;

namespace EdgeDePin.Tests.Execution.Learning;

public sealed class RunTimeBookTests(ITestOutputHelper output)
{
    [Fact]
    public void Published_executions_are_predicted_and_nine_of_ten_stay_in_the_band()
    {
        var errors = new List<double>();
        int inside = 0, asked = 0;
        foreach (Workflow workflow in WfInstances.All)
        {
            // Each workflow from nothing, level by level as its tasks could end, in the order of the file within a level.
            var book = new RunTimeBook<string>(TimeSpan.FromSeconds(1), 1000);
            foreach (int task in ByLevel(workflow))
            {
                WorkflowTask known = workflow.Tasks[task];
                if (known.Seconds <= 0)
                {
                    continue;
                }

                RunTime prediction = book.Predict(known.Kind, known.InputBytes);
                if (prediction.Samples > 0)
                {
                    errors.Add(Math.Abs(prediction.Seconds - known.Seconds) / known.Seconds);
                    inside += known.Seconds <= prediction.P90Seconds ? 1 : 0;
                    asked++;
                }

                book.Observe(known.Kind, known.InputBytes, known.Seconds);
            }
        }

        errors.Sort();
        double median = errors[errors.Count / 2], coverage = (double)inside / asked;
        output.WriteLine($"{asked} predictions, median error {median:P2}, coverage {coverage:P2}");
        Assert.True(median <= 0.13, $"median error {median:P1}");
        Assert.InRange(coverage, 0.89, 0.91);
    }

    [Fact]
    public void A_size_that_was_recorded_as_nothing_does_not_explode_a_line()
    {
        var model = new RunTimeModel();
        for (int i = 1; i <= 20; i++)
        {
            // In no order of size: what came last says nothing.
            int size = (i * 7 % 20) + 1;
            model.Observe(size * 1e6, size);
        }

        Assert.InRange(Math.Exp(model.Predict(0).LogSeconds), 0.5, 40);
        Assert.InRange(Math.Exp(model.Predict(1e15).LogSeconds), 0.5, 40);
        Assert.InRange(Math.Exp(model.Predict(10e6).LogSeconds), 8, 12);
    }

    [Fact]
    public void What_runs_longer_than_expected_is_expected_to_run_on()
    {
        var model = new RunTimeModel();
        foreach (double seconds in new double[] { 1, 1, 1, 1, 10, 10 })
        {
            model.Observe(0, seconds);
        }

        Assert.Equal(8, model.Remaining(2, 0), 1e-3);
        Assert.Equal(10, model.Remaining(20, 0), 1e-3);
    }

    private static IEnumerable<int> ByLevel(Workflow workflow)
    {
        int[] level = new int[workflow.Tasks.Length];
        foreach (int task in workflow.Shape.Order())
        {
            foreach (int before in workflow.Shape.DependenciesOf(task))
            {
                level[task] = Math.Max(level[task], level[before] + 1);
            }
        }

        return Enumerable.Range(0, level.Length).OrderBy(task => level[task]).ThenBy(task => task);
    }
}
